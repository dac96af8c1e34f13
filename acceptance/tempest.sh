#!/usr/bin/env bash
# The public conformance suite of the bare-metal API, tempest with ironic-tempest-plugin of Debian's packages, against a server of this
# tree with its embedded database. Needs root to install packages, nothing else; some minutes on 2 cores.
#   ./bessemer test --conformance [REGEX]    all API tests, or those whose name matches
# Fails when a test that passes on Ironic 21.4 (tempest/passes-on-ironic-21.4.txt) does not pass here.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
regex=${1:-ironic_tempest_plugin.tests.api}
port=${BESSEMER_TEMPEST_PORT:-26380}
work=$home/work/acceptance-tempest-$port
reference=$here/tempest/passes-on-ironic-21.4.txt
pids=()

say() { printf '%4d s  %s\n' $SECONDS "$*"; }
die() { printf 'tempest.sh: %s\n' "$*" >&2; exit 1; }
cleanup() { local pid; for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; }
trap cleanup EXIT

. "$here/common/packages.sh"

await() { # URL LOG
  local i
  for ((i = 0; i < 900; i++)); do curl -sf -o /dev/null "$1" && return; sleep 0.2; done
  tail -20 "$2" >&2
  die "nothing answers at $1"
}

configure() {
  cat >"$work/accounts.yaml" <<END
- {username: admin, password: secret, project_name: admin, domain_name: Default, user_domain_name: Default, project_domain_name: Default, types: [admin], roles: [admin]}
- {username: admin-2, password: secret, project_name: admin-2, domain_name: Default, user_domain_name: Default, project_domain_name: Default, types: [admin], roles: [admin]}
- {username: system-admin, password: secret, system: all, user_domain_name: Default, types: [admin], roles: [admin]}
- {username: system-admin-2, password: secret, system: all, user_domain_name: Default, types: [admin], roles: [admin]}
- {username: demo-member, password: secret, project_name: demo, user_domain_name: Default, project_domain_name: Default, roles: [member]}
END
  cat >"$work/tempest.conf" <<END
[DEFAULT]
log_file = $work/tempest.log
[oslo_concurrency]
lock_path = $work/locks
[auth]
use_dynamic_credentials = false
test_accounts_file = $work/accounts.yaml
admin_username = admin
admin_password = secret
admin_project_name = admin
admin_domain_name = Default
[identity]
uri_v3 = http://127.0.0.1:$((port + 5))/v3
auth_version = v3
region = RegionOne
v3_endpoint_type = public
admin_role = admin
[identity-feature-enabled]
api_v2 = false
api_v3 = true
[service_available]
ironic = true
ironic_inspector = false
nova = false
glance = false
neutron = false
cinder = false
swift = false
horizon = false
[enforce_scope]
ironic = false
[baremetal]
catalog_type = baremetal
endpoint_type = publicURL
driver = fake-hardware
enabled_hardware_types = fake-hardware,ipmi
max_microversion = latest
power_timeout = 60
unprovision_timeout = 60
active_timeout = 60
[compute]
build_timeout = 60
END
  printf '[DEFAULT]\ntest_path=/usr/lib/python3/dist-packages/tempest/test_discover\ntop_dir=/usr/lib/python3/dist-packages\n' >"$work/.stestr.conf"
}

rm -rf "$work"
mkdir -p "$work/locks" "$work/data"
packages "$work/packages.log" tempest ironic-tempest-plugin
configure
/usr/bin/python3 "$here/tempest/keystone.py" $((port + 5)) http://127.0.0.1:$port >"$work/keystone.log" 2>&1 & pids+=($!)
"$home/bessemer" serve --data-dir "$work/data" --listen 127.0.0.1:$port --bessemer.agent.listen=127.0.0.1:$((port + 1)) \
  --bessemer.hosts.port=$((port + 2)) --bessemer.conductor.automated-clean=false >"$work/server.log" 2>&1 & pids+=($!)
await http://127.0.0.1:$((port + 5))/v3 "$work/keystone.log"
await http://127.0.0.1:$port/v1 "$work/server.log"
say "the server is up"
cd "$work"
env -u OS_AUTH_TYPE -u OS_ENDPOINT PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  tempest run --config-file "$work/tempest.conf" --regex "$regex" --concurrency 1 >"$work/out.txt" 2>&1 || true

grep -E '^\{[0-9]+\} ' "$work/out.txt" | sed -nE 's/^\{[0-9]+\} ([^ ]+) .*\.\.\. ok$/\1/p' | sed 's/\[.*//' | sort -u >"$work/passed.txt"
grep -E "$regex" "$reference" | sed 's/\[.*//' | sort -u >"$work/wanted.txt"
comm -13 "$work/passed.txt" "$work/wanted.txt" >"$work/behind.txt"
failed=$(grep -cE '^\{[0-9]+\} .*\.\.\. FAILED' "$work/out.txt" || true)
say "$(wc -l <"$work/passed.txt") tests pass, $failed fail, $(grep -cE '^\{[0-9]+\} .*SKIPPED' "$work/out.txt" || true) are skipped by the suite; $(wc -l <"$work/wanted.txt") of them pass on Ironic 21.4"
grep -E '^\{[0-9]+\} .*\.\.\. FAILED' "$work/out.txt" | sed -E 's/^\{[0-9]+\} /failed: /; s/ \[.*//' || true
[ -s "$work/wanted.txt" ] || die "no test of the reference matches $regex"
if [ -s "$work/behind.txt" ]; then
  sed 's/^/passes on Ironic, not here: /' "$work/behind.txt" >&2
  die "$(wc -l <"$work/behind.txt") tests that pass on Ironic do not pass here; see $work/out.txt, tempest.log and server.log"
fi
printf '%d passed, 0 failed, 0 skipped\n' "$(wc -l <"$work/wanted.txt")"
