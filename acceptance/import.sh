#!/usr/bin/env bash
# Nodes move from a real Ironic (Debian's 21.4 packages, MariaDB, noauth, fake-hardware) to this tree's server by `./bessemer import ironic`.
# Needs root to install packages, nothing else; two or three minutes on 2 cores.
#   ./bessemer acceptance import
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
port=${BESSEMER_IMPORT_PORT:-26480} # Ironic's; its JSON-RPC, its database and Bessemer on those after it
host=127.0.0.1
work=$home/work/acceptance-import-$port
ironic=http://$host:$port
bessemer=http://$host:$((port + 4))
checks=0
pids=()

say() { printf '%4d s  %s\n' $SECONDS "$*"; }
die() { printf 'import.sh: %s\n' "$*" >&2; exit 1; }
cleanup() { local pid; for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait 2>/dev/null; }
trap cleanup EXIT
. "$here/ironic/peer.sh"

ask() { # METHOD URL [BODY]
  local out
  out=$(curl -sS -X "$1" -H 'X-OpenStack-Ironic-API-Version: latest' -H 'Content-Type: application/json' ${3:+-d "$3"} -w '\n%{http_code}' "$2")
  [[ ${out##*$'\n'} == 2?? ]] || die "$1 $2: $out"
  printf '%s' "${out%$'\n'*}"
}
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
state() { ask GET "$1/v1/nodes/$2" | field provision_state; }
reach() { # BASE NODE VERB STATE
  local i
  ask PUT "$1/v1/nodes/$2/states/provision" "{\"target\": \"$3\"}" >/dev/null
  for ((i = 0; i < 300; i++)); do [ "$(state "$1" "$2")" = "$4" ] && return; sleep 0.2; done
  die "$2 does not become '$4' after '$3' but is '$(state "$1" "$2")'"
}
node() { ask POST "$ironic/v1/nodes" "{\"name\": \"$1\", \"driver\": \"$2\", \"resource_class\": \"gold\", \"extra\": {\"rack\": \"r1\"}, \"properties\": {\"cpus\": 8}${3:-}}" | field uuid; }

fill() {
  local chassis one uuid number=1
  chassis=$(ask POST "$ironic/v1/chassis" '{"description": "row 1"}' | field uuid)
  node enrolled fake-hardware ", \"chassis_uuid\": \"$chassis\"" >/dev/null
  for one in manageable available active waiting busy; do
    uuid=$(node $one fake-hardware ', "instance_info": {"display_name": "shop"}, "boot_interface": "fake", "deploy_interface": "fake"')
    reach "$ironic" $one manage manageable
    ask PUT "$ironic/v1/nodes/$one/states/power" '{"target": "power off"}' >/dev/null # Ironic allocates no node of unknown power
    ask PUT "$ironic/v1/nodes/$one/traits" '{"traits": ["CUSTOM_A", "HW_CPU_X86_SVM"]}' >/dev/null
    ask POST "$ironic/v1/ports" "{\"node_uuid\": \"$uuid\", \"address\": \"52:54:00:2b:00:0$number\", \"local_link_connection\": {\"switch_id\": \"00:11:22:33:44:55\", \"port_id\": \"Eth$number\"}}" >/dev/null
    number=$((number + 1))
  done
  for one in available active waiting; do reach "$ironic" $one provide available; done
  uuid=$(ask GET "$ironic/v1/nodes/active" | field uuid)
  ask POST "$ironic/v1/allocations" '{"name": "shop", "resource_class": "gold", "candidate_nodes": ["active"]}' >/dev/null
  ask POST "$ironic/v1/allocations" '{"name": "later", "resource_class": "gold", "candidate_nodes": ["waiting"]}' >/dev/null
  for one in shop later; do
    while [ "$(ask GET "$ironic/v1/allocations/$one" | field state)" = allocating ]; do sleep 0.2; done
    [ "$(ask GET "$ironic/v1/allocations/$one" | field state)" = active ] || die "allocation $one: $(ask GET "$ironic/v1/allocations/$one")"
  done
  reach "$ironic" active active active
  ask PATCH "$ironic/v1/nodes/active" '[{"op": "add", "path": "/protected", "value": true}, {"op": "add", "path": "/owner", "value": "p1"}]' >/dev/null
  ask POST "$ironic/v1/portgroups" "{\"node_uuid\": \"$uuid\", \"name\": \"bond-1\", \"mode\": \"802.3ad\", \"address\": \"52:54:00:2b:01:01\"}" >/dev/null
  ask POST "$ironic/v1/volume/connectors" "{\"node_uuid\": \"$uuid\", \"type\": \"iqn\", \"connector_id\": \"iqn.2020-01.x:1\"}" >/dev/null
  ask POST "$ironic/v1/volume/targets" "{\"node_uuid\": \"$uuid\", \"volume_type\": \"iscsi\", \"volume_id\": \"v1\", \"boot_index\": 0, \"properties\": {\"target_iqn\": \"x\"}}" >/dev/null
  ask POST "$ironic/v1/deploy_templates" '{"name": "CUSTOM_T", "steps": [{"interface": "deploy", "step": "deploy", "args": {}, "priority": 90}]}' >/dev/null
  node ipmi-1 ipmi ', "driver_info": {"ipmi_address": "127.0.0.9", "ipmi_username": "admin", "ipmi_password": "hun,ter2"}' >/dev/null
  node ipmi-2 ipmi ', "driver_info": {"ipmi_address": "127.0.0.10", "ipmi_username": "admin", "ipmi_password": "hunter3"}' >/dev/null
  ask PUT "$ironic/v1/nodes/manageable/maintenance" '{"reason": "the fan is noisy"}' >/dev/null
  sql ironic -e "update nodes set provision_state = 'deploying', target_provision_state = 'active' where name = 'busy'" # a deploy that hangs
}

expect() { # TEXT FILE
  grep -qF -- "$1" "$2" || die "expected '$1' in $2: $(cat "$2")"
  checks=$((checks + 1))
}

import() { # NAME OPTION...
  local name=$1; shift
  "$home/bessemer" import ironic --url "$ironic" --api "$bessemer" --credentials "$work/secrets.csv" "$@" >"$work/$name.txt" 2>&1 || die "$name: $(cat "$work/$name.txt")"
}

# What a client sees must be the same on both sides.
compare() {
  python3 - "$ironic" "$bessemer" <<'END'
import json, sys, urllib.request
def get(base, path):
    request = urllib.request.Request(base + path, headers={'X-OpenStack-Ironic-API-Version': '1.78'})
    return json.load(urllib.request.urlopen(request))
def listed(base, path, key):
    found, page = [], True
    while page:
        page = get(base, path + ('&' if '?' in path else '?') + 'limit=100' + ('&marker=' + found[-1]['uuid'] if found else ''))[key]
        found += page
    return found
old, new = sys.argv[1:]
count = 0
def same(path, key, by, fields, left_out=()):
    global count
    theirs = {one[by]: one for one in listed(old, path, key) if one[by] not in left_out}
    ours = {one[by]: one for one in listed(new, path, key)}
    assert theirs and set(theirs) == set(ours), (path, sorted(theirs), sorted(ours))
    for name, one in theirs.items():
        for field in fields:
            assert one[field] == ours[name][field], (path, name, field, one[field], ours[name][field])
            count += 1
busy = get(old, '/v1/nodes/busy')['uuid']
theirs = {node['name']: node for node in listed(old, '/v1/nodes/detail', 'nodes')}
ours = {node['name']: node for node in listed(new, '/v1/nodes/detail', 'nodes')}
assert set(theirs) - {'busy'} == set(ours), (sorted(theirs), sorted(ours))
for name, node in ours.items():
    for field in ['uuid', 'driver', 'provision_state', 'instance_uuid', 'resource_class', 'traits', 'extra', 'properties', 'instance_info', 'owner', 'protected', 'chassis_uuid',
                  'conductor_group', 'automated_clean', 'retired', 'power_interface']:
        assert sorted(node[field]) == sorted(theirs[name][field]) if field == 'traits' else node[field] == theirs[name][field], (name, field, theirs[name][field], node[field])
        count += 1
ports = [port['uuid'] for port in listed(old, '/v1/ports/detail', 'ports') if port['node_uuid'] == busy]
same('/v1/ports/detail', 'ports', 'uuid', ['address', 'node_uuid', 'pxe_enabled', 'local_link_connection', 'extra'], ports)
same('/v1/portgroups/detail', 'portgroups', 'name', ['uuid', 'address', 'node_uuid', 'mode', 'standalone_ports_supported'])
same('/v1/chassis/detail', 'chassis', 'uuid', ['description'])
same('/v1/volume/connectors?detail=True', 'connectors', 'uuid', ['node_uuid', 'type', 'connector_id'])
same('/v1/volume/targets?detail=True', 'targets', 'uuid', ['node_uuid', 'volume_type', 'volume_id', 'boot_index', 'properties'])
same('/v1/deploy_templates?detail=True', 'deploy_templates', 'name', ['uuid', 'steps'])
same('/v1/allocations', 'allocations', 'name', ['uuid', 'node_uuid', 'resource_class', 'state'], ['later'])
assert ours['active']['allocation_uuid'] == theirs['active']['allocation_uuid']
print(count)
END
}

rm -rf "$work"
mkdir -p "$work/data"
ironic_packages
ironic_database
ironic_start <<END
[api]
api_workers = 1
max_limit = 3
[conductor]
automated_clean = false
sync_power_state_interval = 3600
END
say "Ironic is up: $(curl -sI "$ironic/v1" | tr -d '\r' | sed -n 's/^X-OpenStack-Ironic-API-Maximum-Version: /API up to /Ip')"
fill
say "Ironic has $(sql ironic -N -e "select concat(count(*), ' nodes in ', group_concat(distinct provision_state separator ', ')) from nodes")"
launch server "$home/bessemer" serve --data-dir "$work/data" --listen $host:$((port + 4)) --bessemer.agent.listen=$host:$((port + 5)) --bessemer.hosts.port=$((port + 6)) \
  --bessemer.conductor.automated-clean=false
await "$bessemer/v1" server
checks=0
printf 'node,ipmi_username,ipmi_password\nipmi-1,,"hun,ter2"\n' >"$work/secrets.csv"

import plan --dry-run
for text in '+ node active (active)' '+ node ipmi-1 (enroll)' "inspect_interface 'no-inspect' becomes this driver's default here" "! node busy" "It is in 'deploying'" \
  'without driver_info/ipmi_password: goes into maintenance' '! allocation later' '+ allocation shop' '+ deploy template CUSTOM_T'; do expect "$text" "$work/plan.txt"; done
[ "$(ask GET "$bessemer/v1/nodes")" = '{"nodes":[]}' ] || die "a dry run took nodes"
say "planned: $(tail -1 "$work/plan.txt")"

# killed as soon as it has taken something, and begun anew
"$home/bessemer" import ironic --url "$ironic" --api "$bessemer" --credentials "$work/secrets.csv" --yes >"$work/killed.txt" 2>&1 & victim=$!
for ((i = 0; i < 600; i++)); do grep -q '^took node' "$work/killed.txt" && break; sleep 0.02; done
pkill -9 -P $victim 2>/dev/null || true
kill -9 $victim 2>/dev/null || true
wait $victim 2>/dev/null || true
say "killed after $(grep -c '^took' "$work/killed.txt") were taken"
import imported --yes
say "imported: $(grep ' to take, ' "$work/imported.txt")"
same=$(compare) || die "the two sides differ"
checks=$((checks + same))
say "$same values are the same on both sides"
import again --yes
expect '0 to take' "$work/again.txt"

maintenance=$(ask GET "$bessemer/v1/nodes/ipmi-2" | field maintenance_reason)
[[ $maintenance == 'Imported from Ironic without driver_info/ipmi_password'* ]] || die "ipmi-2: $maintenance"
[ "$(ask GET "$bessemer/v1/nodes/ipmi-1" | field maintenance)" = False ] || die "ipmi-1 is in maintenance though its password was given"
[ "$(ask GET "$bessemer/v1/nodes/manageable" | field maintenance_reason)" = 'the fan is noisy' ] || die "the maintenance of a node is not kept"
checks=$((checks + 3))

# what was taken over works on: an instance is torn down, another node deployed
ask PATCH "$bessemer/v1/nodes/active" '[{"op": "replace", "path": "/protected", "value": false}]' >/dev/null
reach "$bessemer" active deleted available
[ "$(ask GET "$bessemer/v1/allocations" | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["allocations"]))')" = 0 ] || die "the allocation outlives its node's instance"
ask PATCH "$bessemer/v1/nodes/available" '[{"op": "add", "path": "/instance_info/image_source", "value": "file:///nowhere"}]' >/dev/null
reach "$bessemer" available active active
[ "$(state "$ironic" active)" = active ] || die "the import changed something in Ironic"
checks=$((checks + 4))
say "nodes that were taken over are torn down and deployed"
printf '%d passed, 0 failed, 0 skipped\n' "$checks"
