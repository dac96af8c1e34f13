#!/usr/bin/env bash
# Seconds from the command to an answering API (median of five), and what 1,000 nodes cost. $1: number of nodes
set -euo pipefail
nodes=${1:-1000} port=17385
work=$(mktemp -d); trap 'kill "${pid:-}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
start() {
  local begin; begin=$(date +%s%N)
  "$BESSEMER_HOME/bessemer" serve --data-dir "$work/data" --listen 127.0.0.1:$port --bessemer.agent.listen=127.0.0.1:$((port + 1)) --bessemer.hosts.port=$((port + 2)) >"$work/log" 2>&1 & pid=$!
  until curl -s -o /dev/null "http://127.0.0.1:$port/v1"; do kill -0 $pid 2>/dev/null || { cat "$work/log"; exit 1; }; sleep 0.05; done
  ready=$(( ($(date +%s%N) - begin) / 1000000 ))
}
stop() { kill $pid; wait $pid 2>/dev/null || true; }
start; stop # the first one may build and make the start-up cache
times=()
for _ in 1 2 3 4 5; do start; times+=("$ready"); stop; done
echo "ready after $(printf '%s\n' "${times[@]}" | sort -n | sed -n 3p) ms (all: ${times[*]})"
start
echo "resident with no node: $(awk '/VmRSS/ {print int($2 / 1024)}' /proc/$pid/status) MB"
python3 "$BESSEMER_HOME/bench/api-load.py" $port "$nodes"
echo "resident with $nodes nodes: $(awk '/VmRSS/ {print int($2 / 1024)}' /proc/$pid/status) MB"
stop
