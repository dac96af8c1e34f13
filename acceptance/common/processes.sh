# What the acceptance scripts share: sourced by who has set `root`, a folder with log/ and run/ in it.

within=() # what processes are started by, such as (ip netns exec SPACE)

say() { printf '%4d s  %s\n' $SECONDS "$*"; }
checks=0
passed() { checks=$((checks + 1)); say "$*"; } # what was seen to be right: die says what was not
figures() { printf '%d passed, 0 failed, 0 skipped\n' "$checks"; } # at the end
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

running() { [ -s "$root/run/$1.pid" ] && kill -0 "$(cat "$root/run/$1.pid")" 2>/dev/null; } # NAME

# launch NAME COMMAND...: in a session of its own, so that its children stop with it. What runs already is left alone.
launch() {
  local name=$1; shift
  ! running "$name" || return 0
  setsid "${within[@]}" "$@" >>"$root/log/$name.log" 2>&1 </dev/null &
  echo $! >"$root/run/$name.pid"
  disown # so that nothing is said of it when it is killed
}

# halt NAME [SIGNAL]: by TERM unless told; after ten seconds by KILL.
halt() {
  local file=$root/run/$1.pid pid i
  [ -s "$file" ] || return 0
  pid=$(cat "$file")
  kill "-${2:-TERM}" -- "-$pid" 2>/dev/null || true
  for ((i = 0; i < 100; i++)); do kill -0 -- "-$pid" 2>/dev/null || break; sleep 0.1; done
  kill -KILL -- "-$pid" 2>/dev/null || true
  rm -f "$file"
}

# await WHAT SECONDS COMMAND...: until it succeeds.
await() {
  local what=$1 limit=$2 i; shift 2
  for ((i = 0; i < limit * 10; i++)); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  die "$what is not there after $limit s; logs: $root/log"
}

# await_port NAME PORT: until a launched process listens there, on loopback.
await_port() {
  local i
  for ((i = 0; i < 600; i++)); do
    (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null && return
    running "$1" || die "$1 ended: $(tail -3 "$root/log/$1.log")"
    sleep 0.2
  done
  die "$1 did not open port $2 in 120 s; see $root/log/$1.log"
}
