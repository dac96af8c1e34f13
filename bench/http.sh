#!/usr/bin/env bash
# HTTP beside nginx: a small file over 1, 10, 100 and 1000 connections, and files of 1, 4 and 100 MiB over 1, 10 and 100, by wrk, on loopback.
# usage: http.sh [seconds for each figure, 1]
set -euo pipefail
source "$BESSEMER_HOME/bench/common/figures.sh"
source "$BESSEMER_HOME/bench/common/boot-server.sh"
seconds=${1:-1}
bench_work
has wrk wrk || exit 1
image=$(printf '0%.0s' {1..32}) chunk=$(printf '0%.0s' {1..64})
mkdir -p "$work/boot/images/$image/chunks"
printf '#!ipxe\n%.0s' {1..64} >"$work/boot/small"
for mib in 1 4 100; do head -c $((mib << 20)) /dev/urandom >"$work/boot/$mib-mib"; done
chmod -R a+rX "$work"
boot_server "$work/boot"
names=(bessemer) bases=("http://127.0.0.1:$http_port/boot/files") workers=("${started[0]}")
if has nginx nginx-light; then
  cat >"$work/nginx.conf" <<CONF
daemon off; pid $work/nginx.pid; worker_processes auto; error_log $work/nginx.log; worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; client_body_temp_path $work/t; proxy_temp_path $work/t; fastcgi_temp_path $work/t; uwsgi_temp_path $work/t; scgi_temp_path $work/t;
  server { listen 127.0.0.1:6980 backlog=4096; location /boot/files/ { alias $work/boot/; } } }
CONF
  nginx -c "$work/nginx.conf" -e "$work/nginx.log" & started+=($!)
  until curl -sf -o "$work/seen" http://127.0.0.1:6980/boot/files/small; do sleep 0.1; kill -0 "${started[1]}" || { cat "$work/nginx.log"; exit 1; }; done
  names+=(nginx) bases+=(http://127.0.0.1:6980/boot/files) workers+=("$(pgrep -d' ' -P "${started[1]}")")
fi
sum() { local total=0 of=$1; shift; for pid in $*; do total=$(awk -v a="$total" -v b="$($of "$pid")" 'BEGIN { print a + b }'); done; echo "$total"; }
pull() { wrk -t "$(($2 > 1 ? 2 : 1))" -c "$2" -d "${3:-$seconds}" --timeout 20 "$1" >"$work/wrk" 2>&1 || { cat "$work/wrk"; exit 1; }; }
compare() { # FILE CONNECTIONS requests|bytes
  local ours="" unit value before after errors
  for i in "${!names[@]}"; do
    before=$(sum cpu_of "${workers[$i]}")
    pull "${bases[$i]}/$1" "$2"
    after=$(sum cpu_of "${workers[$i]}")
    if [ "$3" = requests ]; then
      unit=/s value=$(awk '/^Requests\/sec/ { printf "%.0f", $2 }' "$work/wrk")
    else # wrk counts what came, also of answers that were not complete at the end
      unit=MiB/s value=$(awk '/^Transfer\/sec/ { v = $2; u = v; gsub(/[0-9.]/, "", u); gsub(/[A-Z]/, "", v); printf "%.0f", v * (u == "GB" ? 1024 : u == "KB" ? 1 / 1024 : 1) }' "$work/wrk")
    fi
    errors=$(awk '/Non-2xx|Socket errors/ { printf " (%s)", $0 }' "$work/wrk" | tr -s ' ')
    figure "${names[$i]}, $2 connections$errors" "$value" "$unit" "$ours" MORE "$(awk -v a="$before" -v b="$after" 'BEGIN { printf "%.2f", b - a }')" "$(sum rss_of "${workers[$i]}")"
    if [ "$i" = 0 ]; then ours=$value; fi
  done
}
pull "${bases[0]}/small" 50 4 && pull "${bases[0]}/1-mib" 10 2 # our code is compiled while it runs
figures "HTTP, 448 bytes"
for n in 1 10 100 1000; do compare small "$n" requests; done
for mib in 1 4 100; do
  figures "HTTP, $mib MiB"
  for n in 1 10 100; do compare $mib-mib "$n" bytes; done
done
