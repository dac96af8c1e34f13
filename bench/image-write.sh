#!/usr/bin/env bash
# An image of 512 MiB, half of which can be compressed, from HTTP to a file that stands for the disk, and what others do with the same data, in turn.
set -euo pipefail
. "$BESSEMER_HOME/bench/common/figures.sh"
for program in curl dd zstd qemu-img python3; do has "$program" "$program" || exit 3; done
rows=$(mvn -q -o -B -f "$BESSEMER_HOME/pom.xml" -pl deploy-ramdisk/agent -am test -Dtest=ImageWriterFigures -Dsurefire.failIfNoSpecifiedTests=false \
  -Dsurefire.argLine='-Xmx768m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED' -DtrimStackTrace=true 2>&1 | grep -a '^ROW\|ERROR')
! grep -a ERROR <<<"$rows" >&2 || exit 1
ours=$(sed -n "s/^ROW Bessemer's agent;\([^;]*\);.*/\1/p" <<<"$rows")
figures "512 MiB to a disk"
while IFS=';' read -r name seconds cpu; do
  figure "$name" "$seconds" s "$([ "$name" = "Bessemer's agent" ] || echo "$ours")" LESS "$cpu"
done < <(sed 's/^ROW //' <<<"$rows")
