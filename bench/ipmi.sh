#!/usr/bin/env bash
# CPU time per BMC for one power status: ours with kept sessions, ipmipower, ipmitool; all against one process that plays every BMC on loopback.
set -euo pipefail
machines=${1:-1000} peers=300 few=20
work=$(mktemp -d); trap 'kill "${pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT
gcc -O2 -w -o "$work/bmcsim" "$BESSEMER_HOME/ipmi-driver/src/test/c/bmcsim.c" -lcrypto
"$work/bmcsim" >"$work/port" 2>/dev/null & pid=$!
until [ -s "$work/port" ]; do sleep 0.05; done
port=$(cat "$work/port")
cpu() { # NAME COUNT COMMAND...: user + system time of a command, per BMC
  local name=$1 count=$2; shift 2
  local TIMEFORMAT='%U %S' used
  used=$( { time "$@" >"$work/out" 2>"$work/err"; } 2>&1 | tail -1)
  awk -v n="$name" -v c="$count" -v u="$used" 'BEGIN { split(u, t, " "); printf "%-34s %9.3f ms CPU per BMC\n", n, (t[1] + t[2]) * 1000 / c }'
}
IPMI_PASSWORD=secret "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
  -cp "$BESSEMER_HOME/cli/target/lib/*" io.bessemer.ipmi.Ipmi "127.60.0.1:$port" admin poll "$machines" 50
hosts=$(for i in $(seq $peers); do printf '127.61.%d.%d:%d,' $((i / 250)) $((i % 250 + 1)) "$port"; done)
if command -v ipmipower >/dev/null; then
  cpu "ipmipower, $peers BMCs" $peers ipmipower -D LAN_2_0 -I 3 -u admin -p secret -h "${hosts%,}" --stat
  grep -c ': on\|: off' "$work/out" | sed 's/^/  answered: /'
fi
if command -v ipmitool >/dev/null; then
  each() { for i in $(seq $few); do ipmitool -I lanplus -C 17 -p "$port" -H 127.62.0.$i -U admin -P secret power status || return 1; done; }
  cpu "ipmitool, $few BMCs one by one" $few each
  grep -c 'Chassis Power' "$work/out" | sed 's/^/  answered: /'
fi
