#!/usr/bin/env bash
# A real OpenStack control plane of Debian's packages on loopback, nova-computes that run with what Bessemer writes for them, and
# NovaCloud's way with them: join, enable, drain, leave. Needs root. Nothing of the machine's own /etc and /var is changed by what is
# started, and all of it is stopped again, by its pid. About 2 GB of memory, a few minutes on 2 cores.
#   ./bessemer acceptance nova         all of it: up, test, down
#   ./bessemer acceptance nova up      a fresh control plane, left running; then `test` runs the tests against it, `down` stops and removes it
#   acceptance/nova.sh compute-start HOST libvirt|fake, compute-stop HOST, discover    what the test calls
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
root=${BESSEMER_NOVA_DIR:-$home/work/acceptance-nova}
address=127.0.0.1
secret=acceptance
keystone=25000 placement=28778 nova=28774 glance=29292 neutron=29696 database=23306 rabbit=25671 rabbit_dist=25670 epmd=24370
inherited_path=$PATH
export PATH=/usr/sbin:/usr/bin:/sbin:/bin PYTHONDONTWRITEBYTECODE=1 # Debian's Python, not one of a version manager

PACKAGES=(keystone placement-api nova-api nova-conductor nova-scheduler glance-api rabbitmq-server mariadb-server python3-pymysql
  uwsgi-plugin-python3 libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients nova-compute nova-compute-qemu qemu-system-x86 qemu-utils)

. "$here/common/processes.sh"
. "$here/common/packages.sh"
work=$root
. "$home/bench/common/mariadb.sh"

# --- configuration ----------------------------------------------------------------------------------------------------
database_url() { printf 'mysql+pymysql://os:%s@%s:%s/%s' $secret $address $database "$1"; }

credentials() { # USER
  cat <<END
auth_url = http://$address:$keystone/v3
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = service
username = $1
password = $secret
region_name = RegionOne
END
}

configure() {
  mkdir -p "$root"/etc/{keystone/keys,nova,placement,glance} "$root"/{rabbit,glance,lock,nova,hosts}
  cat >"$root/etc/keystone/keystone.conf" <<END
[database]
connection = $(database_url keystone)
[token]
provider = fernet
[fernet_tokens]
key_repository = $root/etc/keystone/keys
[fernet_receipts]
key_repository = $root/etc/keystone/keys
[credential]
key_repository = $root/etc/keystone/keys
[identity]
password_hash_rounds = 4
[cache]
enabled = false
END
  cat >"$root/etc/placement/placement.conf" <<END
[placement_database]
connection = $(database_url placement)
[api]
auth_strategy = keystone
[keystone_authtoken]
$(credentials placement)
END
  cat >"$root/etc/glance/glance-api.conf" <<END
[DEFAULT]
bind_host = $address
bind_port = $glance
workers = 0
[database]
connection = $(database_url glance)
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = $root/glance
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
[keystone_authtoken]
$(credentials glance)
[oslo_concurrency]
lock_path = $root/lock
END
  cat >"$root/etc/nova/nova.conf" <<END
[DEFAULT]
enabled_apis = osapi_compute
osapi_compute_listen = $address
osapi_compute_listen_port = $nova
osapi_compute_workers = 1
transport_url = rabbit://guest:guest@$address:$rabbit/
my_ip = $address
state_path = $root/nova
[api]
auth_strategy = keystone
[api_database]
connection = $(database_url nova_api)
[database]
connection = $(database_url nova_cell1)
[conductor]
workers = 1
[scheduler]
workers = 1
[keystone_authtoken]
$(credentials nova)
[service_user]
send_service_user_token = true
$(credentials nova)
[placement]
$(credentials placement)
[glance]
$(credentials glance)
[neutron]
$(credentials nova)
[oslo_concurrency]
lock_path = $root/lock
END
}

# --- the control plane ------------------------------------------------------------------------------------------------
# `Connection: close`, because uwsgi resets kept connections now and then
wsgi() { # NAME PORT FILE VARIABLE=VALUE
  launch "$1" env "$4" uwsgi_python3 --master --die-on-term --lazy-apps --enable-threads --processes 1 --threads 4 --buffer-size 65535 \
    --socket-timeout 60 --add-header 'Connection: close' --http-socket "$address:$2" --wsgi-file "$3" --need-app
  await_port "$1" "$2"
}

manage() { "$@" >>"$root/log/manage.log" 2>&1 || die "$1 failed: $(tail -3 "$root/log/manage.log")"; }

up() {
  [ ! -e "$root/etc" ] || down
  mkdir -p "$root"/{log,run}
  [ "$(id -u)" = 0 ] || die "run as root: it makes mount namespaces"
  packages "$root/log/packages.log" "${PACKAGES[@]}"
  configure
  say "packages are there"
  mariadb_new
  launch mariadb "${mariadb[@]}" --port=$database --innodb-buffer-pool-size=64M --max-connections=400 --innodb-flush-log-at-trx-commit=0
  launch rabbitmq env HOME="$root/rabbit" ERL_EPMD_PORT=$epmd ERL_EPMD_ADDRESS=$address RABBITMQ_NODENAME=bessemer-nova@localhost \
    RABBITMQ_NODE_IP_ADDRESS=$address RABBITMQ_NODE_PORT=$rabbit RABBITMQ_DIST_PORT=$rabbit_dist RABBITMQ_MNESIA_BASE="$root/rabbit/mnesia" \
    RABBITMQ_LOG_BASE="$root/rabbit/log" RABBITMQ_ENABLED_PLUGINS_FILE="$root/rabbit/plugins" RABBITMQ_CONFIG_FILE="$root/rabbit/none" \
    RABBITMQ_PID_FILE="$root/rabbit/pid" RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}" \
    /usr/lib/rabbitmq/bin/rabbitmq-server
  mariadb_ready
  local name
  for name in keystone placement glance nova_api nova_cell0 nova_cell1; do
    printf "create database %s; grant all on %s.* to os@'%s' identified by '%s';\n" $name $name $address $secret
    printf "grant all on %s.* to os@localhost identified by '%s';\n" $name $secret
  done | sql
  await_port rabbitmq $rabbit
  say "mariadb and rabbitmq are up"
  local keystone_manage=(keystone-manage --config-file "$root/etc/keystone/keystone.conf") nova_manage=(nova-manage --config-file "$root/etc/nova/nova.conf")
  manage "${keystone_manage[@]}" db_sync
  manage "${keystone_manage[@]}" fernet_setup --keystone-user root --keystone-group root
  local url=http://$address:$keystone/v3/
  manage "${keystone_manage[@]}" bootstrap --bootstrap-password $secret --bootstrap-region-id RegionOne \
    --bootstrap-admin-url $url --bootstrap-public-url $url --bootstrap-internal-url $url
  wsgi keystone $keystone /usr/bin/keystone-wsgi-public OS_KEYSTONE_CONFIG_DIR="$root/etc/keystone"
  /usr/bin/python3 "$here/nova/catalog.py" "http://$address:$keystone/v3" $secret placement=http://$address:$placement \
    compute=http://$address:$nova/v2.1 image=http://$address:$glance network=http://$address:$neutron
  say "keystone is up, its catalog filled"
  manage placement-manage --config-file "$root/etc/placement/placement.conf" db sync
  wsgi placement $placement /usr/bin/placement-api OS_PLACEMENT_CONFIG_DIR="$root/etc/placement"
  manage glance-manage --config-file "$root/etc/glance/glance-api.conf" db_sync
  launch glance glance-api --config-file "$root/etc/glance/glance-api.conf"
  launch neutron /usr/bin/python3 "$here/nova/no-neutron.py" $neutron
  say "placement and glance are up"
  manage "${nova_manage[@]}" api_db sync
  manage "${nova_manage[@]}" cell_v2 map_cell0 --database_connection "$(database_url nova_cell0)"
  manage "${nova_manage[@]}" cell_v2 create_cell --name cell1
  manage "${nova_manage[@]}" db sync
  local service
  for service in nova-conductor nova-scheduler nova-api; do launch $service $service --config-file "$root/etc/nova/nova.conf"; done
  await_port nova-api $nova
  await_port glance $glance
  say "nova is up: $(nova-manage --version 2>/dev/null)"
}

# --- hosts ------------------------------------------------------------------------------------------------------------
# A host has a name, and /etc/nova, /etc/libvirt, /var/lib/nova, /var/lib/libvirt and /run/libvirt of its own, kept below
# $root/hosts/HOST, where the test has put what Bessemer writes.
compute_start() { # HOST libvirt|fake
  local tree=$root/hosts/$1
  mkdir -p "$tree"/etc/{nova,libvirt} "$tree"/var/lib/{libvirt,nova} "$tree/run/libvirt"
  # no cgroups, no security driver and no device namespaces: as a container, where this may run, has none
  printf '%s\n' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'cgroup_controllers = [ ]' 'namespaces = [ ]' 'stdio_handler = "file"' \
    >"$tree/etc/libvirt/qemu.conf"
  printf '%s\n' 'unix_sock_rw_perms = "0700"' 'auth_unix_rw = "none"' >"$tree/etc/libvirt/libvirtd.conf"
  launch "compute-$1" unshare --mount --uts --propagation private bash "$here/nova/host.sh" "$1" "$2" "$tree"
}

down() {
  local file name
  for file in "$root"/run/compute-*.pid; do [ ! -e "$file" ] || halt "$(basename "$file" .pid)"; done
  for name in nova-api nova-scheduler nova-conductor neutron glance placement keystone rabbitmq mariadb; do halt $name; done
  ERL_EPMD_PORT=$epmd epmd -kill >/dev/null 2>&1 || true # rabbitmq leaves it behind, in a session of its own; no other is on this port
  rm -rf "$root"
}

tests() {
  export BESSEMER_NOVA_SCRIPT=$here/nova.sh BESSEMER_NOVA_DIR=$root BESSEMER_NOVA_KEYSTONE=http://$address:$keystone/v3 BESSEMER_NOVA_SECRET=$secret \
    BESSEMER_NOVA_TRANSPORT=rabbit://guest:guest@$address:$rabbit/
  PATH=$inherited_path "$home/bessemer" test --nova NovaAcceptanceTest
}

case ${1:-all} in
  all)
    trap 'rm -rf "$home/work/logs/acceptance-nova"; mkdir -p "$home/work/logs"; cp -r "$root/log" "$home/work/logs/acceptance-nova"; down; say "all is stopped"' EXIT
    up
    tests ;;
  up) up ;;
  test) tests ;;
  down) down ;;
  compute-start) compute_start "$2" "$3" ;;
  compute-stop) halt "compute-$2" ;;
  discover) nova-manage --config-file "$root/etc/nova/nova.conf" cell_v2 discover_hosts --verbose 2>/dev/null ;;
  *) sed -n '2,7s/^# \?//p' "$0"; exit 2 ;;
esac
