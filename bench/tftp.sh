#!/usr/bin/env bash
# TFTP beside tftpd-hpa and dnsmasq: one loader to 1, 10 and 100 clients at once, by the same client program for all, without options, with
# blksize 1468, and with windows; then over 50 ms of delay. Each figure is the median of some runs, in which the servers take turns. Two minutes when nothing else runs.
# shorter: TFTP_CLIENTS="1 10" TFTP_REPEATS=1 TFTP_DELAY=0; TFTP_KIB is the size of the file
set -euo pipefail
source "$BESSEMER_HOME/bench/common/figures.sh"
source "$BESSEMER_HOME/bench/common/boot-server.sh"
kib=${TFTP_KIB:-1024} clients=${TFTP_CLIENTS:-1 10 100} repeats=${TFTP_REPEATS:-3} delay=0
bench_work
gcc -O2 -o "$work/tftpget" "$BESSEMER_HOME/bench/common/tftpget.c"
mkdir "$work/boot" && head -c $((kib * 1024)) /dev/urandom >"$work/boot/loader.efi" && chmod -R a+rX "$work"
boot_server "$work/boot"
names=(bessemer) pids=("${started[0]}") ports=("$tftp_port")
if has in.tftpd tftpd-hpa; then # a process for each transfer, of which the kernel keeps no CPU time here
  in.tftpd -L -u root -a 127.0.0.1:6901 -s "$work/boot" & started+=($!); names+=(tftpd-hpa) pids+=("") ports+=(6901)
fi
if has dnsmasq dnsmasq; then # its port is 69
  dnsmasq --keep-in-foreground --no-daemon --conf-file=/dev/null --port=0 --user=root --tftp-max=1000 --enable-tftp --tftp-root="$work/boot" >/dev/null 2>&1 & started+=($!); names+=(dnsmasq) pids+=($!) ports+=(69)
fi
sleep 0.5

get() { "$work/tftpget" 127.0.0.1 "$1" loader.efi $((kib * 1024)) "$2" "$3" "$4" $delay "$5"; } # PORTS CLIENTS BLKSIZE WINDOW RUNS
compare() { # WHAT CLIENTS BLKSIZE WINDOW RUNS
  local ours="" i rate cpu seconds repeated unit=MiB/s
  [ $delay = 0 ] || unit=KiB/s
  local -a before=() took=()
  for i in "${!names[@]}"; do before[i]=$([ -z "${pids[$i]}" ] || cpu_of "${pids[$i]}"); done
  mapfile -t took < <(get "$(IFS=,; echo "${ports[*]}")" "$2" "$3" "$4" "$5")
  sleep 0.1 # what is done after a transfer belongs to it
  for i in "${!names[@]}"; do
    read -r seconds repeated <<<"${took[$i]}"
    rate=$(awk -v s="$seconds" -v n="$2" -v k="$kib" -v unit=$unit 'BEGIN { printf "%.1f", s ? n * k / (unit == "MiB/s" ? 1024 : 1) / s : 0 }')
    cpu=$([ -z "${pids[$i]}" ] || [ $delay != 0 ] || # too little to be counted then
       awk -v a="${before[$i]}" -v b="$(cpu_of "${pids[$i]}")" -v n="$2" -v k="$kib" -v r="$5" 'BEGIN { printf "%.1f", (b - a) / (n * k / 1048576 * r) }')
    figure "${names[$i]}, $1$([ "$repeated" = 0 ] || echo ", $repeated repeats")" "$rate" $unit "$ours" MORE "$cpu" "$([ -z "${pids[$i]}" ] || rss_of "${pids[$i]}")"
    if [ "$i" = 0 ]; then ours=$rate; fi
  done
}
get "$tftp_port" 20 0 1 6 >"$work/seen"; for window in 1 4; do get "$tftp_port" 20 1468 $window 6; get "$tftp_port" 1 1468 $window 60; done >"$work/seen"; get "$tftp_port" 1 0 1 60 >"$work/seen" # our code is compiled while it runs
for n in $clients; do
  figures "TFTP, $n at once, $kib KiB each (CPU for 1 GiB)"
  runs=$((n == 1 ? 15 * repeats : n < 100 ? 3 * repeats : repeats)) # one transfer takes a twentieth of a second
  compare "512 bytes" "$n" 0 1 $runs
  compare "1468 bytes" "$n" 1468 1 $runs
  compare "1468 bytes, window 4" "$n" 1468 4 $runs
  compare "1468 bytes, window 16" "$n" 1468 16 $runs
done
[ "${TFTP_DELAY:-50}" != 0 ] || exit 0
kib=128 && head -c $((kib * 1024)) "$work/boot/loader.efi" >"$work/boot/short" && mv "$work/boot/short" "$work/boot/loader.efi"
delay=${TFTP_DELAY:-50} # in the client: not every kernel has netem
for n in $clients; do
  figures "TFTP over $delay ms, $n at once, $kib KiB each"
  compare "1468 bytes" "$n" 1468 1 1
  compare "1468 bytes, window 4" "$n" 1468 4 1
  compare "1468 bytes, window 16" "$n" 1468 16 1
done
