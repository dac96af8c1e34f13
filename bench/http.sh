#!/usr/bin/env bash
# HTTP beside nginx: a small file over 1, 10, 100 and 1000 connections, and files of 1, 4 and 100 MiB over 1, 10 and 100, by wrk, on loopback. Each figure is the median of
# nine runs, in which the servers take turns; beside it the middle half of the ratios of the single turns, which says what the figure is worth. Five minutes. nginx has as many workers as there are processors, sendfile, and no log; of our own requests none is
# noted on a timeline either, as no machine has the address they come from.
# shorter: HTTP_REPEATS=1 HTTP_CONNECTIONS="1 100"; HTTP_SECONDS is the time of a run
set -euo pipefail
source "$BESSEMER_HOME/bench/common/figures.sh"
source "$BESSEMER_HOME/bench/common/boot-server.sh"
seconds=${HTTP_SECONDS:-1} repeats=${HTTP_REPEATS:-9} connections=${HTTP_CONNECTIONS:-1 10 100 1000}
bench_work
has wrk wrk || exit 1
ulimit -n 8192 || true # a thousand connections, from both ends
mkdir -p "$work/boot/images"
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
of_all() { local of=$1 pid; shift; sum $(for pid in $*; do "$of" "$pid"; done); }
pull() { wrk -t "$(($2 > 1 ? 2 : 1))" -c "$2" -d "${3:-$seconds}" --timeout 20 "$1" >"$work/wrk" 2>&1 || { cat "$work/wrk"; exit 1; }; }
turns() { # OURS PEER, both lists: the lower and the upper quartile of the ratios
  paste <(printf '%s\n' $1) <(printf '%s\n' $2) | awk '$2 > 0 { print $1 / $2 }' | sort -g | awk '{ a[NR] = $1 } END { if (NR > 2) printf ", turns %.2f to %.2f", a[int((NR + 3) / 4)], a[NR + 1 - int((NR + 3) / 4)] }'
}
compare() { # FILE CONNECTIONS requests|bytes
  local ours="" i run before value cpu spread
  local -a values=() used=() done=() errors=()
  for ((run = 0; run < repeats; run++)); do
    for i in "${!names[@]}"; do
      before=$(of_all cpu_of "${workers[$i]}")
      pull "${bases[$i]}/$1" "$2"
      used[i]+=" $(awk -v a="$before" -v b="$(of_all cpu_of "${workers[$i]}")" 'BEGIN { print b - a }')"
      # wrk counts what came, also of answers that were not complete at the end
      read -r value amount < <(awk -v what="$3" '
        function mib(text,  unit) { unit = text; gsub(/[0-9.]/, "", unit); return text * (unit == "GB" ? 1024 : unit == "KB" ? 1 / 1024 : unit == "B" ? 1 / 1048576 : 1) }
        / requests in / { amount = what == "requests" ? $1 : mib($5) }
        /^Requests\/sec/ && what == "requests" { value = $2 } /^Transfer\/sec/ && what == "bytes" { value = mib($2) }
        END { printf "%.0f %.0f\n", value, amount }' "$work/wrk")
      values[i]+=" $value" done[i]+=" $amount" errors[i]+=$(awk '/Non-2xx|Socket errors/ { printf " (%s)", $0 }' "$work/wrk" | tr -s ' ')
    done
  done
  for i in "${!names[@]}"; do
    value=$(median ${values[$i]})
    cpu=$(awk -v used="$(sum ${used[$i]})" -v done="$(sum ${done[$i]})" -v of="$([ "$3" = requests ] && echo 100000 || echo 10240)" 'BEGIN { if (done) printf "%.2f", used * of / done }')
    spread=$([ "$i" = 0 ] || turns "${values[0]}" "${values[$i]}")
    figure "${names[$i]}, $2 connections$spread${errors[$i]}" "$value" "$([ "$3" = requests ] && echo /s || echo MiB/s)" "$ours" MORE "$cpu" "$(of_all rss_of "${workers[$i]}")"
    if [ "$i" = 0 ]; then ours=$value; fi
  done
}
pull "${bases[0]}/small" 50 8 && pull "${bases[0]}/1-mib" 10 2 # our code is compiled while it runs
figures "HTTP, 448 bytes (CPU for 100,000)"
for n in $connections; do compare small "$n" requests; done
for mib in 1 4 100; do
  figures "HTTP, $mib MiB (CPU for 10 GiB)"
  for n in $connections; do [ "$n" -gt 100 ] || compare $mib-mib "$n" bytes; done
done
