#!/usr/bin/env bash
# DHCP transactions (DISCOVER, OFFER, REQUEST, ACK) a second, with leases that are kept: the highest rate at which less than one in a hundred is lost, by ISC's
# perfdhcp over a veth pair between two network namespaces. Ours beside Kea and dnsmasq. Needs root. $1: number of machines, $2: seconds for each rate
set -euo pipefail
source "$BESSEMER_HOME/bench/common/figures.sh"
machines=${1:-2000} seconds=${2:-5}
bench_work
server=bench-dhcp-s-$$ client=bench-dhcp-c-$$
trap 'for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; ip netns del $server 2>/dev/null || true; ip netns del $client 2>/dev/null || true; rm -rf "$work"' EXIT
has perfdhcp kea-admin || exit 0
ip netns add $server; ip netns add $client
ip -n $server link add s0 type veth peer name c0
ip -n $server link set c0 netns $client
ip -n $server addr add 10.64.0.1/12 dev s0; ip -n $server link set s0 up; ip -n $server link set lo up
ip -n $client addr add 10.64.0.2/12 dev c0; ip -n $client link set c0 up; ip -n $client link set lo up

# rate_of PID new|again: sets best, cpu (seconds for 1,000 transactions at that rate) and memory. New machines come once each; others have addresses already, as in a
# rack that powers on again.
rate_of() {
  local pid=$1 kind=$2 rate before after fine sent exchanged count=$machines mac=52:54:00:00:00:00 step=0
  best=0 cpu=- memory=-
  if [ "$kind" = new ]; then count=10000000
  else ip netns exec $client perfdhcp -4 -r 200 -n "$machines" -R "$machines" -b mac=$mac -l c0 10.64.0.1 >"$work/perfdhcp" 2>&1 || true; fi
  for rate in 250 500 750 1000 1500 2000 2500 3000 4000 5000 6000 8000 10000 12000 15000 20000; do
    [ "$kind" = again ] || mac=$(printf '52:54:%02x:00:00:00' $((++step)))
    before=$(cpu_of "$pid")
    ip netns exec $client perfdhcp -4 -r $rate -p "$seconds" -R "$count" -b mac=$mac -l c0 10.64.0.1 >"$work/perfdhcp" 2>&1 || true
    after=$(cpu_of "$pid")
    # two blocks, OFFERs and ACKs, each with: sent packets, received packets
    read -r sent exchanged < <(awk '/sent packets:/ && !sent { sent = $NF } /received packets:/ { received = $NF } END { print sent + 0, received + 0 }' "$work/perfdhcp")
    fine=$(awk -v s="$sent" -v e="$exchanged" -v want=$((rate * seconds)) 'BEGIN { print s >= 0.95 * want && e >= 0.99 * s ? "yes" : "no" }')
    [ -z "${BENCH_VERBOSE:-}" ] || printf '  %s/s: %s of %s exchanged, %s s CPU\n' "$rate" "$exchanged" "$sent" "$(awk -v a="$after" -v b="$before" 'BEGIN { print a - b }')"
    [ $fine = yes ] || break
    best=$rate cpu=$(awk -v a="$after" -v b="$before" -v n="$exchanged" 'BEGIN { printf "%.2f", (a - b) * 1000 / n }')
  done
  memory=$(rss_of "$pid")
}

wait_for_port_67() { until ip netns exec $server ss -Huln 'sport = :67' | grep -q .; do kill -0 "$1" 2>/dev/null || { cat "$work/log"; exit 1; }; sleep 0.1; done; }

both() {
  rate_of $pid again; figure "$1, that come again" "$best" /s "$ours_again" MORE "$cpu" "$memory"
  rate_of $pid new; figure "$1, new" "$best" /s "$ours_new" MORE "$cpu" "$memory"
}

figures "DHCP, $machines machines (CPU s for 1,000)"

ip netns exec $server "$BESSEMER_HOME/bessemer" serve --data-dir "$work/data" --listen 127.0.0.1:17485 --bessemer.pxe.enabled=true --bessemer.pxe.discovery=true \
  --bessemer.pxe.interfaces[0].name=s0 --bessemer.pxe.interfaces[0].address=10.64.0.1/12 --bessemer.pxe.interfaces[0].range=10.65.0.0-10.79.255.254 \
  --bessemer.pxe.conflict-probe=0s --bessemer.pxe.rogue-probe=0s >"$work/log" 2>&1 & started+=($!)
pid=$!
wait_for_port_67 $pid
rate_of $pid again
ours_again=$best
figure 'ours, machines that come again' "$best" /s '' MORE "$cpu" "$memory"
rate_of $pid new
ours_new=$best
figure 'ours, new machines' "$best" /s '' MORE "$cpu" "$memory"
ip netns exec $server python3 "$BESSEMER_HOME/bench/api-load.py" 17485 "$machines" >/dev/null
rate_of $pid again
figure 'ours, enrolled machines, with timelines' "$best" /s '' MORE "$cpu" "$memory"
kill $pid; wait $pid 2>/dev/null || true

if has kea-dhcp4 kea-dhcp4-server; then
  cat >"$work/kea.json" <<EOF
{"Dhcp4": {"interfaces-config": {"interfaces": ["s0"], "dhcp-socket-type": "udp"}, "valid-lifetime": 3600,
 "lease-database": {"type": "memfile", "persist": true, "name": "$work/kea.csv", "lfc-interval": 0},
 "multi-threading": {"enable-multi-threading": true, "thread-pool-size": 2, "packet-queue-size": 64},
 "subnet4": [{"subnet": "10.64.0.0/12", "pools": [{"pool": "10.65.0.0 - 10.79.255.254"}]}],
 "loggers": [{"name": "kea-dhcp4", "severity": "ERROR", "output_options": [{"output": "stderr"}]}]}}
EOF
  KEA_PIDFILE_DIR=$work KEA_LOCKFILE_DIR=$work ip netns exec $server kea-dhcp4 -c "$work/kea.json" >"$work/log" 2>&1 & started+=($!)
  pid=$!
  wait_for_port_67 $pid
  both "Kea $(kea-dhcp4 -v), memfile"
  kill $pid; wait $pid 2>/dev/null || true
fi

if has dnsmasq dnsmasq-base; then
  ip netns exec $server dnsmasq --keep-in-foreground --conf-file=/dev/null --port=0 --interface=s0 --bind-interfaces --no-ping --dhcp-authoritative --quiet-dhcp --user=root \
    --dhcp-range=10.65.0.0,10.79.255.254,1h --dhcp-lease-max=900000 --dhcp-leasefile="$work/dnsmasq.leases" >"$work/log" 2>&1 & started+=($!)
  pid=$!
  wait_for_port_67 $pid
  both "dnsmasq $(dnsmasq -v | awk '{ print $3; exit }')"
fi
echo 'All acknowledge what the kernel has of their file; ours is on the disk within a second.'
