#!/usr/bin/env bash
# A server and OpenIPMI's BMC simulator: what ./bessemer node sel, fru, bmc and users say and do is what ipmitool says, and the server is killed by SIGKILL at
# random moments while it changes the BMC's password: afterwards the BMC has the old or the new one, and the server knows which. Needs root. All of it is in one
# network namespace, and is stopped again, by its pid. About 700 MB of memory, three minutes on 2 cores.
#   ./bessemer acceptance bmc [KILLS]     20 by default
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
root=$home/work/acceptance-bmc
space=bsm-bmc
api=127.0.0.1:6385
kills=${1:-20}
current=secret
export TZ=UTC

. "$here/common/processes.sh"
within=(ip netns exec $space)
inside() { "${within[@]}" "$@"; }

clean_up() {
  local name
  for name in server bmc; do halt $name; done
  ip netns del $space 2>/dev/null || true
}

[ "$(id -u)" = 0 ] || die "run it as root"
for program in ipmi_sim ipmitool curl jq; do command -v $program >/dev/null || die "$program is missing: apt-get install openipmi ipmitool curl jq"; done
ip netns del $space 2>/dev/null || true
rm -rf "$root"; mkdir -p "$root"/{run,log,data,state}
trap clean_up EXIT
ip netns add $space
inside ip link set lo up

# --- the BMC ----------------------------------------------------------------------------------------------------------
resources=$home/ipmi-driver/src/test/resources
cp "$resources/fru.bin" "$root/fru.bin"
{ echo 'mc_setbmc 0x20'; echo 'mc_add 0x20 0 has-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr'; echo 'sel_enable 0x20 1000 0x0a'
  cat "$resources/sensors.emu" "$resources/events.emu"; echo "mc_add_fru_data 0x20 0 512 file 0 \"$root/fru.bin\""; echo 'mc_enable 0x20'; } >"$root/bmc.emu"
cat >"$root/lan.conf" <<END
name "bmc1"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 623
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  chassis_control "$root/chassis.sh 0x20"
  user 1 false "" "" user 10 none md2 md5 straight
  user 2 true "admin" "$current" admin 10 none md2 md5 straight
END
printf '#!/bin/sh\n[ "$2" = get ] && [ "$3" = power ] && echo power:0\n[ "$2" = get ] && [ "$3" = boot ] && echo boot:default\nexit 0\n' >"$root/chassis.sh"
chmod +x "$root/chassis.sh"
as() { # PASSWORD COMMAND...
  local password=$1; shift
  inside ipmitool -I lanplus -C 3 -H 127.0.0.1 -U admin -P "$password" "$@" 2>/dev/null
}
bmc() { as "$current" "$@"; }
launch bmc ipmi_sim -n -c "$root/lan.conf" -f "$root/bmc.emu" -s "$root/state"
await "the BMC" 20 bmc mc guid

# --- the server -------------------------------------------------------------------------------------------------------
ask() { inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.115' -H 'Content-Type: application/json' "$@"; }
cli() { inside "$home/bessemer" node "$@"; }
node() { ask "http://$api/v1/nodes/rack1-17"; }
server() {
  launch server "$home/bessemer" serve --data-dir "$root/data" --listen $api
  await "the server" 180 inside curl -sf "http://$api/v1"
}
"$home/bessemer" version >/dev/null
server
ask -f -X POST "http://$api/v1/nodes" -d '{"driver": "ipmi", "name": "rack1-17", "driver_info": {"ipmi_address": "127.0.0.1", "ipmi_username": "admin", "ipmi_password": "secret"}}' >/dev/null
ask -f -X PUT "http://$api/v1/nodes/rack1-17/states/provision" -d '{"target": "manage"}'
managed() { [ "$(node | jq -r .provision_state)" = manageable ]; }
await "a manageable node" 60 managed
say "a server, a BMC and a node"

works() { ask -f "http://$api/v1/nodes/rack1-17/bmc" >/dev/null; }

# --- what is read -----------------------------------------------------------------------------------------------------
has() { # WHAT TEXT WORDS...
  local what=$1 text=$2 words; shift 2
  for words; do grep -qF -- "$words" <<<"$text" || die "$what does not say '$words': $text"; done
}
events=$(cli sel rack1-17 -o json)
[ "$(jq '.sel.events | length' <<<"$events")" = "$(bmc sel elist | grep -c '|')" ] || die "not as many events as ipmitool has: $events"
has "sel" "$(cli sel rack1-17)" "CPU1 Temp" "The BMC's clock is not set"
cli sel rack1-17 --set-time >/dev/null
has "the BMC's time" "$(bmc sel time get)" "$(date +%m/%d/%y)"
serial=$(bmc fru print | sed -n 's/.*Board Serial *: //p')
has "fru" "$(cli fru rack1-17)" "$serial" "$(bmc fru print | sed -n 's/.*Product Name *: //p')"
has "bmc" "$(cli bmc rack1-17)" "$(bmc mc info | sed -n 's/^Firmware Revision *: //p')" "$(bmc mc guid | sed -n 's/^System GUID *: //p')" "Account 'admin' (user 2) has a name that makers ship"
cli sel rack1-17 --clear >/dev/null
has "the log" "$(bmc sel info)" "Entries          : 0"
has "sel" "$(cli sel rack1-17)" "The event log of rack1-17 is empty."
passed "event log, parts and BMC are those of ipmitool"

# --- users ------------------------------------------------------------------------------------------------------------
user() { bmc user list 1 | awk -v n="$1" '$2 == n'; } # the row of ipmitool
operator() { inside ipmitool -I lanplus -C 3 -H 127.0.0.1 -U ops -P "$1" -L OPERATOR -N 1 -R 1 chassis power status >/dev/null 2>&1; }
has "users" "$(cli users rack1-17)" "admin" "ADMINISTRATOR" "Bessemer's"
printf 'let-me-in\n' | cli add-user rack1-17 ops --privilege operator >/dev/null
has "ipmitool" "$(user ops)" "OPERATOR"
operator let-me-in || die "the new user does not get in"
cli set-user rack1-17 ops --privilege user >/dev/null
has "ipmitool" "$(user ops)" "USER"
cli set-user rack1-17 ops --disable >/dev/null
if operator let-me-in; then die "a user that is disabled gets in"; fi
printf 'another-one\n' | cli set-user rack1-17 ops --stdin --enable >/dev/null
operator another-one || die "the user does not get in by its new password"
refused=$(cli set-user rack1-17 admin --disable 2>&1) && die "Bessemer's own user was disabled: $refused"
has "set-user" "$refused" "user 'admin' (2) is the one by which Bessemer logs in to BMC 127.0.0.1:623"
cli remove-user rack1-17 ops --yes >/dev/null
if operator another-one; then die "a user that was removed gets in"; fi
[ -z "$(user ops)" ] || die "ipmitool still tells of the user: $(user ops)"
if grep -rqaE 'let-me-in|another-one' "$root/data" "$root/log/server.log"; then die "a user's password stands on the disk"; fi
works || die "the server does not reach the BMC any more"
passed "users are made, changed and removed as ipmitool tells, and not Bessemer's own"

# --- the password -----------------------------------------------------------------------------------------------------
printf 'chosen-by-hand\n' | cli rotate-password rack1-17 --stdin >/dev/null
as secret mc guid >/dev/null && die "the BMC still takes the old password"
current=chosen-by-hand
bmc mc guid >/dev/null || die "the BMC does not take the new password"
works || die "the server does not know the new password"
if grep -rqaF -- "$current" "$root/data" "$root/log/server.log"; then die "the password stands in clear on the disk"; fi
passed "the password is changed, by a new login, and sealed"
settled() { node | jq -e '(.driver_info | has("ipmi_password_pending") | not) and (.driver_internal_info | has("bmc_password_change") | not)'; }
old=0 new=0 between=0
for ((i = 1; i <= kills; i++)); do
  next=kill-$i-$RANDOM # of more than 16 characters the simulator keeps 16
  ask -X PUT "http://$api/v1/nodes/rack1-17/bmc/password" -d "{\"password\": \"$next\"}" >/dev/null &
  asked=$!
  sleep "0.$(printf '%03d' $((RANDOM % 250)))"
  halt server KILL
  wait $asked || true
  if as "$next" mc guid >/dev/null; then new=$((new + 1)); current=$next; else old=$((old + 1)); fi
  bmc mc guid >/dev/null || die "after kill $i the BMC takes neither the old nor the new password"
  server
  node | jq -e '.driver_info | has("ipmi_password_pending")' >/dev/null && between=$((between + 1))
  works || die "after kill $i the server does not reach the BMC"
  await "after kill $i a settled password" 90 settled
  works || die "after kill $i and settling the server does not reach the BMC"
done
passed "$kills kills: the BMC had the old password $old times, the new one $new times; $between times both were still stored when the next server was up"

# --- a new start ------------------------------------------------------------------------------------------------------
refused=$(cli reset-bmc rack1-17 2>&1) && die "the simulator has no cold reset, and was told to do one: $refused"
has "reset-bmc" "$refused" "refused Cold Reset" "This BMC cannot do it."
works || die "the BMC is not reached after that"
passed "what a BMC cannot do is told"
figures
