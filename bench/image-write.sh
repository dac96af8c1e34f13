#!/usr/bin/env bash
# An image from HTTP to a file that stands for the disk, beside cp + sync of the same data, in turn.
set -euo pipefail
mvn -q -o -B -f "$BESSEMER_HOME/pom.xml" -pl deploy-ramdisk/agent -am test -Dtest=ImageWriterFigures -Dsurefire.failIfNoSpecifiedTests=false \
  -Dsurefire.argLine='-Xmx768m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED' -DtrimStackTrace=true 2>&1 | grep -a 'rounds:\|ERROR'
