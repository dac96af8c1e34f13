# Ironic itself to be measured by: Debian's 21.4 with MariaDB and JSON-RPC, without a login, on loopback. To be sourced by who has set
#   work, an empty folder; pids, an array of what to end; host; port, of which and the two behind it the API, JSON-RPC and the database take one each
# and has a function die.

peer=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

launch() { local name=$1; shift; "$@" >"$work/$name.log" 2>&1 & pids+=($!); eval "$name=$!"; }

await() { # URL NAME
  local i
  for ((i = 0; i < 900; i++)); do curl -sf -o /dev/null "$1" && return; sleep 0.2; done
  die "$2 does not answer at $1: $(tail -5 "$work/$2.log")"
}

. "$peer/../common/packages.sh"
. "$peer/../../bench/common/mariadb.sh"

ironic_packages() { packages "$work/packages.log" ironic-api ironic-conductor mariadb-server "$@"; } # MORE...

ironic_database() { # a MariaDB in which the user `peer`, password `peer`, may do all
  mariadb_new
  launch mariadbd "${mariadb[@]}" --port=$((port + 2)) --max-connections=400
  mariadb_ready
  sql -e "create database ironic character set utf8mb3; create user peer@'$host' identified by 'peer'; grant all on *.* to peer@'$host';
    create user peer@localhost identified by 'peer'; grant all on *.* to peer@localhost"
}

ironic_start() { # stdin: settings that count instead of those here
  mkdir -p "$work"/{httpboot,tftpboot,images,master,tftp-master} # without which a conductor does not start
  cat >"$work/more.conf"
  cat >"$work/ironic.conf" <<END
[DEFAULT]
auth_strategy = noauth
host = $host
rpc_transport = json-rpc
enabled_hardware_types = fake-hardware,ipmi
enabled_bios_interfaces = fake,no-bios
enabled_boot_interfaces = fake,ipxe,pxe
enabled_console_interfaces = fake,no-console
enabled_deploy_interfaces = fake,direct
enabled_inspect_interfaces = fake,no-inspect
enabled_management_interfaces = fake,ipmitool,noop
enabled_network_interfaces = noop
enabled_power_interfaces = fake,ipmitool
enabled_raid_interfaces = fake,no-raid
enabled_rescue_interfaces = fake,no-rescue
enabled_storage_interfaces = fake,noop
enabled_vendor_interfaces = fake,no-vendor,ipmitool
[api]
host_ip = $host
port = $port
[json_rpc]
auth_strategy = noauth
auth_type = none
host_ip = $host
port = $((port + 1))
[database]
connection = mysql+pymysql://peer:peer@$host:$((port + 2))/ironic?charset=utf8
[dhcp]
dhcp_provider = none
[service_catalog]
auth_type = none
endpoint_override = http://$host:$port
[deploy]
http_root = $work/httpboot
[pxe]
tftp_root = $work/tftpboot
images_path = $work/images
instance_master_path = $work/master
tftp_master_path = $work/tftp-master
[oslo_concurrency]
lock_path = $work
END
  local files=(--config-file "$work/ironic.conf" --config-file "$work/more.conf")
  ironic-dbsync "${files[@]}" >"$work/dbsync.log" 2>&1 || die "ironic-dbsync: $(tail -3 "$work/dbsync.log")"
  launch api ironic-api "${files[@]}"
  launch conductor ironic-conductor "${files[@]}"
  await "http://$host:$port/v1/drivers/fake-hardware" conductor
}
