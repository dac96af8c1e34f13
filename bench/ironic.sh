#!/usr/bin/env bash
# Ironic's API and lifecycle beside Ironic itself (Debian's 21.4, MariaDB, JSON-RPC), with `fake-hardware` on both sides. Installs ironic, mariadb and wrk when root.
#   bench ironic             10,000 nodes and 300 lifecycles; about 20 minutes, nearly all of them the peer's
#   NODES=1000 LIFECYCLES=50 SPAN=3 ./bessemer bench ironic
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)/ironic
span=${SPAN:-10} nodes=${NODES:-10000} lifecycles=${LIFECYCLES:-300} port=${PORT:-17400} host=127.0.0.1
work=$(mktemp -d) pids=()
cleanup() { local pid; for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null || true; [ -n "${KEEP:-}" ] || rm -rf "$work"; }
trap cleanup EXIT
die() { printf 'ironic.sh: %s\n' "$*" >&2; exit 1; }

. "$here/../../acceptance/ironic/peer.sh"

bessemer() { # NAME PORT OPTION...
  local name=$1 at=$2; shift 2
  launch "$name" "$BESSEMER_HOME/bessemer" serve --data-dir "$work/$name" --listen $host:"$at" --bessemer.agent.listen=$host:$((at + 1)) --bessemer.hosts.port=$((at + 2)) "$@"
  await http://$host:"$at"/v1/drivers/fake-hardware "$name"
}

family() { pgrep -g 0 -P "$1" 2>/dev/null | while read -r child; do echo "$child"; family "$child"; done; }
cost() { # PID...: CPU seconds and resident MB of the processes and their children
  local all; all=$(for pid in "$@"; do echo "$pid"; family "$pid"; done)
  awk -v hz="$(getconf CLK_TCK)" '{ cpu += $14 + $15; rss += $24 } END { printf "%.1f s CPU, %d MB resident", cpu / hz, rss / 256 }' $(printf '/proc/%s/stat ' $all)
}

declare -A result
measure() { # NAME URL PID...
  local name=$1 url=$2 out begin path; shift 2
  echo "== $name"
  mkdir "$work/$name.create"
  begin=$(date +%s%N)
  out=$(wrk -t8 -c8 -d7200s --timeout 60s -s "$here/create.lua" "$url" -- "$nodes" "$work/$name.create")
  ! grep -q 'Non-2xx\|^[0-9][0-9][0-9] ' <<<"$out" || die "$name: $out"
  result[$name create]=$(awk -v n="$nodes" -v t=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.1f", 2 * n * 1e9 / t }')
  echo "create $nodes nodes and ports: ${result[$name create]} requests/s"
  for path in '/v1/nodes?limit=1000' '/v1/nodes/detail?limit=1000' /v1/nodes/n00007; do
    wrk -t2 -c8 -d3s --timeout 60s "$url$path" >/dev/null # warm
    out=$(wrk -t2 -c8 -d"$span"s --timeout 60s -H 'X-OpenStack-Ironic-API-Version: 1.78' "$url$path")
    ! grep -q 'Non-2xx' <<<"$out" || die "$name $path: $out"
    result[$name $path]=$(awk '/Requests\/sec/ { print $2 }' <<<"$out")
    out=$(wrk -t1 -c1 -d"$span"s --timeout 60s --latency -H 'X-OpenStack-Ironic-API-Version: 1.78' "$url$path")
    result[$name $path latency]=$(awk '$1 == "50%" { v = $2; if (v ~ /us$/) print v / 1000; else if (v ~ /ms$/) print v + 0; else print v * 1000 }' <<<"$out")
    printf 'GET %-28s %8s requests/s, alone %s ms (median)\n' "$path" "${result[$name $path]}" "${result[$name $path latency]}"
  done
  out=$(python3 "$here/lifecycles.py" "$url" "$lifecycles") || die "$name: $out"
  echo "$out"
  result[$name lifecycles]=$(awk '/^total/ { print $2 }' <<<"$out")
  echo "in all: $(cost "$@")"
}

ironic_packages wrk
ironic_database
sql -e "create database bessemer character set utf8mb4"
# two API processes for two cores; limits that would refuse 300 deploys at once are lifted
ironic_start <<END
[api]
api_workers = 2
[conductor]
automated_clean = true
workers_pool_size = 1000
max_concurrent_deploy = 1000
max_concurrent_clean = 1000
END
measure ironic http://$host:$port "$api" "$conductor"
kill "$api" "$conductor"
bessemer embedded $((port + 10))
measure embedded http://$host:$((port + 10)) "$embedded"
kill "$embedded"
bessemer on_mariadb $((port + 20)) --bessemer.database.url=jdbc:mariadb://$host:$((port + 2))/bessemer --bessemer.database.user=peer --bessemer.database.password=peer
measure on_mariadb http://$host:$((port + 20)) "$on_mariadb"

printf '\n%-30s %12s %18s %18s\n' "$nodes nodes" 'Ironic 21.4' 'Bessemer, H2' 'Bessemer, MariaDB'
row() { # TITLE KEY HIGHER_IS_BETTER
  awk -v title="$1" -v i="${result[ironic $2]}" -v e="${result[embedded $2]}" -v m="${result[on_mariadb $2]}" -v up="$3" 'BEGIN {
    printf "%-30s %12s %10s (%5.1fx) %10s (%5.1fx)\n", title, i, e, up ? e / i : i / e, m, up ? m / i : i / m }'
}
row 'create, requests/s' create 1
row 'list of 1,000, requests/s' '/v1/nodes?limit=1000' 1
row 'list of 1,000, ms' '/v1/nodes?limit=1000 latency' ''
row 'detail of 1,000, requests/s' '/v1/nodes/detail?limit=1000' 1
row 'detail of 1,000, ms' '/v1/nodes/detail?limit=1000 latency' ''
row 'one node, requests/s' /v1/nodes/n00007 1
row 'one node, ms' '/v1/nodes/n00007 latency' ''
row "$lifecycles lifecycles, s" lifecycles ''
