#!/usr/bin/env bash
# No acknowledged lease is lost: new machines ask for addresses (ISC's perfdhcp, hundreds a second), the server is killed (-9) in the middle, three times on one
# database, and each address that tshark saw acknowledged on the wire must be its machine's in the database. Needs root; a minute on 2 cores.
#   ./bessemer acceptance leases
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
port=${BESSEMER_LEASES_PORT:-26580} rate=${BESSEMER_LEASES_RATE:-500}
root=$home/work/acceptance-leases server=leases-s-$$ client=leases-c-$$
. "$here/common/processes.sh"
at_server=(ip netns exec $server) at_client=(ip netns exec $client)
clean_up() {
  local name
  for name in load listener server; do halt $name; done
  ip netns del $server 2>/dev/null || true; ip netns del $client 2>/dev/null || true
}
trap clean_up EXIT
rm -rf "$root"; mkdir -p "$root"/{log,run}
for program in perfdhcp tshark ip; do command -v $program >/dev/null || die "$program is missing (Debian packages kea-admin, tshark, iproute2)"; done
"$home/bessemer" version >/dev/null # builds what is missing
ip netns add $server; ip netns add $client
ip -n $server link add s0 type veth peer name c0
ip -n $server link set c0 netns $client
ip -n $server addr add 10.64.0.1/12 dev s0; ip -n $server link set s0 up; ip -n $server link set lo up
ip -n $client addr add 10.64.0.2/12 dev c0; ip -n $client link set c0 up

# stored: machine and address of each lease, as the closed file has them
stored() {
  "${JAVA_HOME:?run it as ./bessemer acceptance leases}/bin/java" -cp "$(printf '%s:' "$home"/cli/target/lib/h2-*.jar)" org.h2.tools.Shell -url "jdbc:h2:file:$root/data/bessemer;MODE=MariaDB;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE;IFEXISTS=TRUE" \
    -user bessemer -password '' -sql 'SELECT mac, address FROM leases' | awk -F'[ |]+' '$1 ~ /:/ { print $1, $2 }' | sort
}

dhcp_listens() { "${at_server[@]}" ss -Huln 'sport = :67' | grep -q .; }

for kill in 1 2 3; do
  within=("${at_server[@]}")
  launch server "$home/bessemer" serve --data-dir "$root/data" --listen 127.0.0.1:$port --bessemer.pxe.enabled=true --bessemer.pxe.discovery=true \
    --bessemer.pxe.interfaces[0].name=s0 --bessemer.pxe.interfaces[0].address=10.64.0.1/12 --bessemer.pxe.interfaces[0].range=10.65.0.0-10.79.255.254 \
    --bessemer.pxe.conflict-probe=0s --bessemer.pxe.rogue-probe=0s
  await "the server" 180 dhcp_listens
  within=("${at_client[@]}")
  rm -f "$root/log/listener.log"
  launch listener tshark -i c0 -f 'udp src port 67' -w "$root/acks.pcap"
  await "tshark" 20 grep -q 'Capturing on' "$root/log/listener.log"
  launch load perfdhcp -4 -r "$rate" -p 12 -R 10000000 -b mac=52:54:0$kill:00:00:00 -l c0 10.64.0.1
  sleep $((4 + kill)) # the middle of the load, another one each time
  halt server KILL
  while running load; do sleep 0.2; done
  halt listener
  tshark -r "$root/acks.pcap" -Y 'dhcp.option.dhcp == 5' -T fields -E occurrence=f -e dhcp.hw.mac_addr -e dhcp.ip.your 2>/dev/null | tr '\t' ' ' >>"$root/acknowledged"
  stored >"$root/stored"
  acknowledged=$(sort -u "$root/acknowledged" | wc -l) lost=$(sort -u "$root/acknowledged" | comm -23 - "$root/stored" | wc -l)
  [ "$acknowledged" -ge $((kill * 2 * rate)) ] || die "too few leases were acknowledged for this to say anything; is the machine busy? BESSEMER_LEASES_RATE=100 asks for less"
  [ "$lost" = 0 ] || die "acknowledged and not in the database: $(sort -u "$root/acknowledged" | comm -23 - "$root/stored" | head -3 | tr '\n' ';')"
  passed "killed: $acknowledged leases were acknowledged so far, $(wc -l <"$root/stored") are in the database, none is lost"
done
figures
