# What the benchmarks share: sourced, not run.

# A directory that is gone at the end, and the processes in `started` with it.
started=()
bench_work() {
  work=$(mktemp -d)
  trap 'for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT
}

# has PROGRAM PACKAGE: whether a peer is there; says so when it is not, as its rows are missing then.
has() {
  command -v "$1" >/dev/null && return
  printf '%-44s not measured: %s is not installed (Debian package %s)\n' "$1" "$1" "$2"
  return 1
}

# cpu_of PID: seconds of CPU time that a process has used so far.
cpu_of() { awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"; }

# rss_of PID: its resident memory at its highest, MB.
rss_of() { awk '/VmHWM/ { printf "%.0f\n", $2 / 1024 }' "/proc/$1/status"; }

# figures WHAT: the head of a table.
figures() { printf '\n%-44s %12s %12s %10s %10s\n' "$1" "figure" "beside ours" "CPU s" "memory MB"; }

# figure NAME VALUE UNIT OURS MORE|LESS CPU MEMORY: a row. OURS is the value to compare with, empty in our own row; MORE when a higher one is better.
# The ratio says how many times better ours is: under 1 we are behind.
figure() {
  awk -v name="$1" -v value="$2" -v unit="$3" -v ours="$4" -v better="$5" -v cpu="${6:--}" -v mem="${7:--}" 'BEGIN {
    ratio = ours == "" ? "" : value == 0 || ours == 0 ? "-" : sprintf("%.2f x", better == "MORE" ? ours / value : value / ours)
    printf "%-44s %12s %12s %10s %10s\n", name, value " " unit, ratio, cpu, mem }'
}

# median VALUE...: the middle one.
median() { printf '%s\n' "$@" | sort -g | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }

# sum VALUE...
sum() { printf '%s\n' "$@" | awk '{ s += $1 } END { print s }'; }
