#!/usr/bin/env bash
# TFTP beside tftpd-hpa and dnsmasq: one loader to 1, 10 and 100 clients at once, by the same client program for all, without options, with
# blksize 1468, and with windows; then over 50 ms of delay.
# usage: tftp.sh [KiB of the file, 1024] [clients, "1 10 100"]
set -euo pipefail
source "$BESSEMER_HOME/bench/common/figures.sh"
source "$BESSEMER_HOME/bench/common/boot-server.sh"
kib=${1:-1024} clients=${2:-1 10 100} delay=0
bench_work
gcc -O2 -o "$work/tftpget" "$BESSEMER_HOME/bench/common/tftpget.c"
mkdir "$work/boot" && head -c $((kib * 1024)) /dev/urandom >"$work/boot/loader.efi" && chmod -R a+rX "$work"
boot_server "$work/boot"
names=(bessemer) pids=("${started[0]}") ports=("$tftp_port")
if has in.tftpd tftpd-hpa; then # forks a process for each transfer: its CPU time is that of its children
  in.tftpd -L -u root -a 127.0.0.1:6901 -s "$work/boot" & started+=($!); names+=(tftpd-hpa) pids+=($!) ports+=(6901)
fi
if has dnsmasq dnsmasq; then # its port is 69
  dnsmasq --keep-in-foreground --no-daemon --conf-file=/dev/null --port=0 --user=root --tftp-max=1000 --enable-tftp --tftp-root="$work/boot" >/dev/null 2>&1 & started+=($!); names+=(dnsmasq) pids+=($!) ports+=(69)
fi
sleep 0.5
cpu_of_all() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13 + $14 + $15) / hz }' "/proc/$1/stat"; }

get() { # INDEX CLIENTS BLKSIZE WINDOW: seconds of the slowest client, CPU seconds of the server
  local before after result
  before=$(cpu_of_all "${pids[$1]}")
  result=$("$work/tftpget" 127.0.0.1 "${ports[$1]}" loader.efi $((kib * 1024)) "$2" "$3" "$4" $delay) || result="0 0 0"
  sleep 0.05
  after=$(cpu_of_all "${pids[$1]}")
  echo "${result%% *} $(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }') ${result##* }"
}
compare() { # WHAT CLIENTS BLKSIZE WINDOW
  local ours="" seconds cpu repeats rate
  for i in "${!names[@]}"; do
    read -r seconds cpu repeats < <(get "$i" "$2" "$3" "$4")
    rate=$(awk -v s="$seconds" -v n="$2" -v k="$kib" 'BEGIN { printf "%.1f", s ? n * k / 1024 / s : 0 }')
    figure "${names[$i]}, $1$([ "$repeats" = 0 ] || echo ", $repeats repeats")" "$rate" MiB/s "$ours" MORE "$(printf '%.2f' "$cpu")" "$(rss_of "${pids[$i]}")"
    if [ "$i" = 0 ]; then ours=$rate; fi
  done
}
get 0 8 1468 4 >/dev/null; get 0 8 0 1 >/dev/null # our code is compiled while it runs; so are these clients' first transfers
for n in $clients; do
  figures "TFTP, $n at once, $kib KiB each"
  compare "512 bytes" "$n" 0 1
  compare "1468 bytes" "$n" 1468 1
  compare "1468 bytes, window 4" "$n" 1468 4
  compare "1468 bytes, window 16" "$n" 1468 16
done
kib=128 && head -c $((kib * 1024)) "$work/boot/loader.efi" >"$work/boot/short" && mv "$work/boot/short" "$work/boot/loader.efi"
delay=50 # in the client: not every kernel has netem
figures "TFTP over 50 ms, 10 at once, $kib KiB each"
compare "1468 bytes, window 4" 10 1468 4
compare "1468 bytes, window 16" 10 1468 16
