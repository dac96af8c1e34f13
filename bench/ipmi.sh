#!/usr/bin/env bash
# CPU, wall time and memory for the power status and the sensors of many BMCs: ours, ipmipower, ipmi-sensors, ipmitool; all against one process that plays
# every BMC on loopback. Our JVM has the flags and the start-up cache of the server. What is slow is asked of few BMCs and counted up: the row says of how many.
# IPMI_SIZES: numbers of BMCs, "100 1000 10000". IPMI_LOSSES: percents of packets lost each way, "0 1". IPMI_SENSORS: numbers of BMCs whose sensors are read,
# "100 1000 10000", none with "". IPMI_FEW: how many ipmitool is asked of, 20.
set -euo pipefail
sizes=${IPMI_SIZES:-100 1000 10000} losses=${IPMI_LOSSES:-0 1} sensors=${IPMI_SENSORS-100 1000 10000} few=${IPMI_FEW:-20}
# of which ipmi-sensors is asked at most
most_sensors=1000
source "$BESSEMER_HOME/bench/common/figures.sh"
bench_work
gcc -O2 -w -o "$work/bmcsim" "$BESSEMER_HOME/ipmi-driver/src/test/c/bmcsim.c" -lcrypto
simulator() { # LOSS
  rm -f "$work/port"
  "$work/bmcsim" -p 0 -l "$1" >"$work/port" 2>/dev/null & simulator=$!; started+=("$simulator")
  until [ -s "$work/port" ]; do sleep 0.05; done
  port=$(cat "$work/port")
}
# took COMMAND...: runs it; sets cpu, wall (seconds) and mem (MB) to what it and its children used.
took() {
  python3 - "$work" "$@" <<'PY'
import resource, subprocess, sys, time
work, command = sys.argv[1], sys.argv[2:]
begin = time.monotonic()
with open(work + '/out', 'w') as out, open(work + '/err', 'w') as err:
    code = subprocess.call(command, stdout=out, stderr=err)
wall = time.monotonic() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(work + '/used', 'w').write('%.3f %.3f %.0f\n' % (used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024))
PY
  read -r cpu wall mem <"$work/used"
}
# of NAME FIELD: that field of the line of our report that begins with NAME.
of() { awk -v n="$1" -v f="$2" '$1 == n { print $f }' "$work/out"; }
hosts() { # SECOND-BYTE COUNT: one address a line
  awk -v b="$1" -v c="$2" -v p="$port" 'BEGIN { for (i = 0; i < c; i++) printf "127.%d.%d.%d:%d\n", b, int(i / 250), i % 250 + 1, p }'
}
# row NAME WALL CPU MEM OURS: by CPU milliseconds per BMC. OURS is that of our kept sessions, empty in their own row.
row() { figure "$1: $(awk -v w="$2" 'BEGIN { printf "%.2f", w }') s" "$(each "$3")" "ms CPU" "$5" LESS "$3" "$4"; }
# ours WHAT ROUNDS
ours() {
  local jvm; read -ra jvm <<<"$BESSEMER_JVM"
  took env IPMI_PASSWORD=secret "$JAVA_HOME/bin/java" "${jvm[@]}" -cp "$BESSEMER_CLASSPATH" io.bessemer.ipmi.Ipmi "127.60.0.1:$port" admin "$1" "$machines" "$2"
  failures=$(awk 'NR == 1 { print $3 }' "$work/out")
  memory=$(awk 'NR == 1 { sub(/.*CPU; /, ""); print $1 }' "$work/out")
  start=$(awk 'NR == 1 { sub(/.*process /, ""); print $1 }' "$work/out")
}
each() { awk -v c="$1" -v m="$machines" 'BEGIN { printf "%.4f", c * 1000 / m }'; }
# times SECONDS: of all machines, from those that were asked.
times() { awk -v v="$1" -v m="$machines" -v a="$asked" 'BEGIN { printf "%.3f", v * m / a }'; }
for loss in $losses; do
  simulator "$loss"
  for machines in $sizes; do
    figures "$machines BMCs, $loss % lost each way: wall"
    # enough rounds for the code of small fleets to be compiled too; a round with losses waits for retransmissions
    rounds=$((100000 / machines > 100 ? 100 : 100000 / machines)); [ "$loss" = 0 ] || rounds=10
    ours poll "$rounds"
    kept=$(each "$(of kept-poll 2)")
    row "ours, kept sessions" "$(of kept-poll 8)" "$(of kept-poll 2)" "$memory" ""
    row "ours, a login each" "$(of warm-login 8)" "$(of warm-login 2)" "$memory" "$kept"
    row "ours, a login each, just begun" "$(of cold-login 8)" "$(of cold-login 2)" "$memory" "$kept"
    echo "  CPU s of it: $(sed -n 's/^cold-split //p' "$work/out"); before it $start for the start of the Java machine"
    echo "  failures: $failures of $((machines * (rounds + 2))) polls"
    if has ipmipower freeipmi-tools; then
      # its best flags; more than about 1,000 hosts a process make it slower by far
      hosts 61 "$machines" | split -l 1000 - "$work/hosts."
      all() { for list in "$1"/hosts.*; do ipmipower -D LAN_2_0 -I 3 -u admin -p secret -h "$(paste -sd, "$list")" --stat; done; }
      export -f all
      took bash -c 'all "$1"' all "$work"
      row "ipmipower, 1,000 a process" "$wall" "$cpu" "$mem" "$kept"
      echo "  answered: $(grep -c ': on\|: off' "$work/out" || true) of $machines"
      rm -f "$work"/hosts.*
    fi
    if has ipmitool ipmitool; then
      asked=$((machines < few ? machines : few))
      loop() { for i in $(seq "$1"); do ipmitool -I lanplus -C 17 -p "$2" -H 127.62.0.$i -U admin -P secret power status || true; done; }
      export -f loop
      took bash -c 'loop "$1" "$2"' loop "$asked" "$port"
      row "ipmitool one by one, from $asked" "$(times "$wall")" "$(times "$cpu")" "$mem" "$kept"
      echo "  answered: $(grep -c 'Chassis Power' "$work/out" || true) of $asked"
    fi
  done
  kill "$simulator"
done

simulator 0
for machines in $sensors; do
  figures "$machines BMCs, sensors of each: wall"
  rounds=$((machines >= 10000 ? 1 : 3000 / machines > 10 ? 10 : 3000 / machines))
  ours sensors "$rounds"
  known=$(each "$(of known-records 2)")
  row "ours, records known, kept sessions" "$(of known-records 8)" "$(of known-records 2)" "$memory" ""
  row "ours, first reading, just begun" "$(of first-reading 8)" "$(of first-reading 2)" "$memory" "$known"
  echo "  CPU s of the first: $(sed -n 's/^first-split //p' "$work/out"); of the $rounds later: $(sed -n 's/^known-split //p' "$work/out")"
  echo "  $(awk 'NR == 1 { print $(NF - 1) }' "$work/out") sensors told; failures: $failures of $((machines * (rounds + 1))) readings"
  if has ipmi-sensors freeipmi-tools; then
    asked=$((machines < most_sensors ? machines : most_sensors))
    hosts 63 "$asked" | paste -sd, >"$work/hosts"
    flags=(-D LAN_2_0 -I 3 -u admin -p secret --sdr-cache-directory "$work" --quiet-cache --no-header-output -B -F 64)
    for what in "first reading" "records known"; do # with the thresholds, which ours tell too
      took ipmi-sensors "${flags[@]}" --output-sensor-thresholds -h "$(cat "$work/hosts")"
      row "ipmi-sensors, $what, from $asked" "$(times "$wall")" "$(times "$cpu")" "$mem" "$known"
      echo "  sensors told: $(grep -c '|' "$work/out" || true)"
    done
    rm -rf "$work/.freeipmi"
  fi
done
