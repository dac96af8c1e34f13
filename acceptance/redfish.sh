#!/usr/bin/env bash
# Machines behind OpenStack's Redfish emulator (sushy-tools, https://opendev.org/openstack/sushy-tools; it is run, and no part of this tree): libvirt machines under QEMU,
# each taken from enrolment to a system of its own that has reported, over TLS with a certificate of the BMC's own. Needs root. Everything is in one network
# namespace and in a mount namespace of libvirt's, and is stopped again, by its pid. About 2 GB of memory, ten minutes on 2 cores.
#   ./bessemer acceptance redfish [MACHINE...]     all machines, or some of them:
#     bios, uefi    network boot, told by Redfish
#     vmedia        no network boot: its BMC shows it the boot image as a CD (boot_interface redfish-virtual-media)
#     https         no network boot: its BMC is given the boot image's URL (boot_interface redfish-https). The emulator fetches that image and shows it as a CD, as libvirt cannot
#                   tell OVMF a URL; what is seen is what Bessemer tells the BMC and that the image is right, and not a firmware that loads by HTTP
# The emulator is taken from BESSEMER_SUSHY_TOOLS, a checkout, or else installed by pip below work/.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
root=${BESSEMER_REDFISH_DIR:-$home/work/acceptance-redfish}
space=bsm-redfish
address=172.22.0.1
api=127.0.0.1:6385 bmc=127.0.0.1:8443
user=admin password=redfish-secret
inherited_path=$PATH
PACKAGES=(libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-clients qemu-system-x86 qemu-utils ovmf ipxe-qemu python3-flask python3-requests python3-libvirt
  python3-bcrypt python3-tenacity python3-webob python3-pbr python3-ironicclient openssl iproute2)

. "$here/common/processes.sh"
. "$here/common/packages.sh"
within=(ip netns exec $space)
inside() { "${within[@]}" "$@"; }

emulator_code() { # prints where it is
  local code=${BESSEMER_SUSHY_TOOLS:-$home/work/cache/sushy-tools}
  [ -d "$code/sushy_tools" ] || python3 -m pip install -q --no-deps --target "$code" sushy-tools >"$root/log/pip.log" 2>&1 ||
    die "sushy-tools is neither in BESSEMER_SUSHY_TOOLS nor to be had by pip ($root/log/pip.log)"
  printf '%s' "$code"
}

# --- the rack: a bridge to provision over, libvirt, the emulator ----------------------------------------------------------
network() {
  ip netns add $space
  ip -n $space link set lo up
  ip -n $space link add br-prov type bridge stp_state 0 forward_delay 0
  ip -n $space addr add $address/24 dev br-prov
  ip -n $space link set br-prov up
  inside sysctl -q -w net.ipv4.ip_forward=0
}

libvirt() {
  mkdir -p "$root"/tree/etc/libvirt "$root"/tree/var/lib/libvirt "$root"/tree/run/libvirt
  # no cgroups, no security driver and no device namespaces: as a container, where this may run, has none
  printf '%s\n' 'security_driver = "none"' 'user = "root"' 'group = "root"' 'cgroup_controllers = [ ]' 'namespaces = [ ]' 'stdio_handler = "file"' \
    >"$root/tree/etc/libvirt/qemu.conf"
  printf '%s\n' 'unix_sock_rw_perms = "0700"' 'auth_unix_rw = "none"' >"$root/tree/etc/libvirt/libvirtd.conf"
  launch libvirt unshare --mount --propagation private bash -c '
    tree=$1
    for place in etc/libvirt var/lib/libvirt run/libvirt; do mkdir -p "/$place"; mount --bind "$tree/$place" "/$place"; done
    /usr/sbin/virtlogd &
    exec /usr/sbin/libvirtd --pid-file /run/libvirt/libvirtd.pid' libvirt "$root/tree"
  await libvirt 60 virsh -c "$uri" list
  mkdir "$root/pool" # where the emulator keeps images
  virsh -c "$uri" pool-define-as default dir --target "$root/pool" >/dev/null
  virsh -c "$uri" pool-start default >/dev/null
}

machine() { # NAME MAC
  local name=$1 mac=$2 firmware= type=pc
  truncate -s 4G "$root/$name.img"
  if [ "$name" != rf-bios ]; then
    type=q35
    firmware="<loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE_4M.fd</loader>
      <nvram template='/usr/share/OVMF/OVMF_VARS_4M.fd'>$root/$name.nvram</nvram>"
  fi
  cat >"$root/$name.xml" <<END
<domain type='qemu'>
  <name>$name</name><memory unit='MiB'>768</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='$type'>hvm</type>$firmware<smbios mode='sysinfo'/></os>
  <sysinfo type='smbios'><system><entry name='manufacturer'>Bessemer</entry><entry name='product'>Virtual1U</entry><entry name='serial'>RF-$name</entry></system></sysinfo>
  <features><acpi/><apic/></features><cpu mode='maximum'/>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='disk'><driver name='qemu' type='raw' cache='unsafe' discard='unmap'/><source file='$root/$name.img'/>
      <target dev='vda' bus='virtio'/><serial>RF-$name</serial><boot order='1'/></disk>
    <interface type='bridge'><mac address='$mac'/><source bridge='br-prov'/><model type='virtio'/></interface>
    <serial type='file'><source path='$root/log/console-$name.log' append='on'/></serial>
    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
  </devices>
</domain>
END
  virsh -c "$uri" define "$root/$name.xml" >/dev/null
}

emulator() {
  local code; code=$(emulator_code)
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$root/bmc.key" -out "$root/bmc.pem" -days 30 -subj /CN=bmc -addext subjectAltName=IP:127.0.0.1 2>/dev/null
  /usr/bin/python3 -c 'import bcrypt, sys; print(sys.argv[1] + ":" + bcrypt.hashpw(sys.argv[2].encode(), bcrypt.gensalt(4)).decode())' $user $password >"$root/htpasswd"
  cat >"$root/emulator.conf" <<END
SUSHY_EMULATOR_AUTH_FILE = '$root/htpasswd'
SUSHY_EMULATOR_SSL_CERT = '$root/bmc.pem'
SUSHY_EMULATOR_SSL_KEY = '$root/bmc.key'
SUSHY_EMULATOR_BOOT_LOADER_MAP = {'UEFI': {'x86_64': '/usr/share/OVMF/OVMF_CODE_4M.fd'}, 'Legacy': {'x86_64': None}}
SUSHY_EMULATOR_SECURE_BOOT_DISABLED_NVRAM = '/usr/share/OVMF/OVMF_VARS_4M.fd'
END
  launch emulator env no_proxy='*' PYTHONPATH="$code" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 -m sushy_tools.emulator.main --config "$root/emulator.conf" \
    --interface 127.0.0.1 --port "${bmc#*:}" --libvirt-uri "$uri"
  await "the emulator" 60 inside curl -sf --cacert "$root/bmc.pem" "https://$bmc/redfish/v1/"
}

server() {
  mkdir -p "$root/data"
  PATH=$inherited_path "$home/bessemer" ramdisk build >"$root/log/build.log" 2>&1
  PATH=$inherited_path "$home/bessemer" image build tiny >>"$root/log/build.log" 2>&1
  ln -s "$home/work/boot" "$root/data/boot"
  ln -s "$home/work/images" "$root/data/images"
  PATH=$inherited_path launch server "$home/bessemer" serve --data-dir "$root/data" --listen $api --bessemer.pxe.enabled=true \
    '--bessemer.pxe.interfaces[0].name=br-prov' "--bessemer.pxe.interfaces[0].address=$address/24" '--bessemer.pxe.interfaces[0].range=172.22.0.100-172.22.0.200' \
    --logging.level.io.bessemer.redfish=DEBUG
  await "the server" 180 inside curl -sf "http://$api/v1"
}

# --- an operator ------------------------------------------------------------------------------------------------------
baremetal() { inside env OS_AUTH_TYPE=none OS_ENDPOINT=http://$api PYTHONDONTWRITEBYTECODE=1 /usr/bin/baremetal "$@"; }
field() { baremetal node show "$1" -f value -c "$2"; }

# Neither firmware nor iPXE fetched a loader over the network: it came with the image.
no_network_loader() { # NODE
  local timeline; timeline=$(inside curl -s "http://$api/v1/nodes/$1/timeline")
  [[ $timeline != *'"source":"tftp"'* && $timeline != *.efi* ]] || die "$1 booted from the network, not from its image"
  [[ $timeline == *'"phase":"script"'* ]] || die "$1 has no boot script in its timeline: $timeline"
}

expect() { # WHAT FOUND PATTERN
  [[ $2 =~ $3 ]] || die "$1 is '$2', which does not match '$3'"
}

wait_for() { # NODE STATE SECONDS
  local i now
  for ((i = 0; i < $3; i++)); do
    now=$(field "$1" provision_state)
    [ "$now" != "$2" ] || { say "$1 is $2"; return; }
    case $now in *failed|error) die "$1 is '$now': $(field "$1" last_error)" ;; esac
    [ "$now" != enroll ] || [ "$(field "$1" last_error)" = None ] || die "$1 was not verified: $(field "$1" last_error)"
    sleep 1
  done
  die "$1 is '$now' after $3 s, not '$2'. $(field "$1" last_error)"
}

enrol() { # NODE MAC MORE...
  local name=$1 mac=$2 mode=uefi; shift 2
  [ "$name" != rf-bios ] || mode=bios
  baremetal node create --driver redfish --name "$name" --driver-info redfish_address=https://$bmc --driver-info redfish_username=$user \
    --driver-info redfish_password=$password --driver-info redfish_verify_ca="$root/bmc.pem" --property capabilities=boot_mode:$mode \
    --driver-info redfish_system_id="/redfish/v1/Systems/$(virsh -c "$uri" domuuid "$name" | tr -d '[:space:]')" "$@" -f value -c uuid >"$root/$name.uuid"
  baremetal port create "$mac" --node "$(cat "$root/$name.uuid")" >/dev/null
}

bios() { # NODE: a setting is changed, and looked at after a boot
  # the client of Debian 12 knows no disable_ramdisk
  inside curl -sf -X PUT -H 'X-OpenStack-Ironic-API-Version: 1.70' -H 'Content-Type: application/json' "http://$api/v1/nodes/$1/states/provision" -d '{"target": "clean",
    "disable_ramdisk": true, "clean_steps": [{"interface": "bios", "step": "apply_configuration", "args": {"settings": [{"name": "ProcTurboMode", "value": "Disabled"}]}}]}'
  wait_for "$1" manageable 120
  expect "BIOS setting" "$(baremetal node bios setting show "$1" ProcTurboMode -f value -c value)" '^Disabled$'
}

host() { # NODE: enrolled, to a system that has reported
  local name=$1
  baremetal node manage "$name"; wait_for "$name" manageable 60
  expect "BMC of $name" "$(field "$name" driver_internal_info)" 'redfish_version'
  baremetal node inspect "$name"; wait_for "$name" manageable 300
  [ "$name" != "${chosen[0]}" ] || { bios "$name"; firmware "$name"; by_its_bmc "$name"; }
  baremetal node provide "$name"; wait_for "$name" available 300
  baremetal node set "$name" --instance-info image_source=tiny
  baremetal node deploy "$name" --config-drive "{\"meta_data\": {\"hostname\": \"$name\"}}"; wait_for "$name" active 300
  await "the system of $name" 180 grep -aq REPORTED "$root/log/console-$name.log"
  grep -aq "BOOTED-FROM-DISK" "$root/log/console-$name.log" || die "$name did not boot from its disk"
  expect "last_error of $name" "$(field "$name" last_error)" '^(None)?$'
  say "$name is a host: its system has reported"
}

firmware_of() { inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.86' "http://$api/v1/nodes/$1/firmware"; }

# The emulator counts its BIOS version up by one, whatever the file, which it does not fetch.
firmware() { # NODE
  local name=$1 before; before=$(firmware_of "$name")
  expect "firmware" "$before" '"current_version":"[0-9.]+"'
  inside curl -sf -X PUT -H 'X-OpenStack-Ironic-API-Version: 1.70' -H 'Content-Type: application/json' "http://$api/v1/nodes/$name/states/provision" -d '{"target": "clean",
    "clean_steps": [{"interface": "firmware", "step": "update", "args": {"settings": [{"component": "bios", "url": "http://'$address':8088/bios.bin"}]}},
    {"interface": "deploy", "step": "erase_devices_metadata"}]}'
  wait_for "$name" 'clean wait' 120; wait_for "$name" manageable 420
  [ "$(firmware_of "$name" | grep -o '"current_version":"[^"]*"' | head -1)" != "$(grep -o '"current_version":"[^"]*"' <<<"$before" | head -1)" ] || die "the BIOS of $name has the version of before: $before"
  expect "firmware" "$(firmware_of "$name")" '"last_version_flashed":"[0-9.]+"'
  say "the BMC wrote a BIOS: $(firmware_of "$name" | grep -o '"initial_version.*last_version_flashed":"[^"]*"')"
}

by_its_bmc() { # NODE: inspected without a boot
  local name=$1
  baremetal node set "$name" --inspect-interface redfish
  baremetal node inspect "$name"; wait_for "$name" manageable 60
  local inventory; inventory=$(inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.81' "http://$api/v1/nodes/$name/inventory")
  expect "inventory of the BMC" "$inventory" '52:54:00:22:00:0'
  expect "inventory of the BMC" "$inventory" '"architecture":"x86_64"'
  expect "inventory of the BMC" "$inventory" '"manufacturer":"Sushy Emulator"'
  baremetal node set "$name" --inspect-interface agent
}

trouble() { # what an operator reads when the BMC is told wrong
  local name
  baremetal node create --driver redfish --name wrong-password --driver-info redfish_address=https://$bmc --driver-info redfish_username=$user \
    --driver-info redfish_password=nonsense --driver-info redfish_verify_ca="$root/bmc.pem" -f value -c uuid >/dev/null
  baremetal node create --driver redfish --name wrong-authority --driver-info redfish_address=https://$bmc --driver-info redfish_username=$user \
    --driver-info redfish_password=$password -f value -c uuid >/dev/null
  for name in wrong-password wrong-authority; do
    baremetal node manage $name
    await "the fault of $name" 60 bash -c "[ \"\$(ip netns exec $space env OS_AUTH_TYPE=none OS_ENDPOINT=http://$api /usr/bin/baremetal node show $name -f value -c last_error)\" != None ]"
  done
  expect "last_error of wrong-password" "$(field wrong-password last_error)" 'was answered 401.*Check driver_info/redfish_username and redfish_password'
  expect "last_error of wrong-authority" "$(field wrong-authority last_error)" 'set driver_info/redfish_verify_ca'
  say "a wrong password and a certificate of nobody's are told: $(field wrong-authority last_error | cut -c1-120)..."
}

interfaces() { # NODE: everything else that the emulator has
  local name=$1
  expect "boot device" "$(baremetal node boot device show --supported "$name" -f value)" 'pxe'
  expect "BIOS settings" "$(baremetal node bios setting list "$name" -f value -c 'BIOS setting name')" 'ProcTurboMode'
  expect "indicators" "$(inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.63' "http://$api/v1/nodes/$name/management/indicators")" '@system'
  expect "firmware" "$(inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.86' "http://$api/v1/nodes/$name/firmware")" '"bios"'
  expect "virtual media" "$(inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.93' "http://$api/v1/nodes/$name/vmedia")" 'cdrom'
  expect "health" "$(inside curl -s -H 'X-OpenStack-Ironic-API-Version: 1.109' "http://$api/v1/nodes/$name?fields=health")" '"health":"OK"'
  say "boot device, BIOS settings, indicators, firmware, virtual drives and health of $name are read"
}

down() {
  local name
  for name in server emulator; do halt $name; done
  [ ! -S "$root/tree/run/libvirt/libvirt-sock" ] || for name in $(virsh -c "$uri" list --name 2>/dev/null); do virsh -c "$uri" destroy "$name" >/dev/null 2>&1 || true; done
  halt libvirt
  [ ! -e /run/netns/$space ] || ip netns delete $space
}

keep_logs() { rm -rf "$home/work/logs/acceptance-redfish"; mkdir -p "$home/work/logs"; cp -r "$root/log" "$home/work/logs/acceptance-redfish"; }

[ "$(id -u)" = 0 ] || die "run as root: it makes namespaces and starts libvirt"
[ ! -e /run/netns/$space ] || die "network namespace $space is there: another run is under way, or was killed (then: ip netns delete $space)"
rm -rf "$root"; mkdir -p "$root"/{log,run}
uri="qemu+unix:///system?socket=$root/tree/run/libvirt/libvirt-sock"
chosen=("$@"); [ $# -gt 0 ] || chosen=(bios uefi vmedia https)
mapfile -t chosen < <(printf 'rf-%s\n' "${chosen[@]}" | sort -u) # vmedia alone is a word of the API, and no name of a node
trap 'status=$?; keep_logs; down; [ $status -ne 0 ] || rm -rf "$root"; say "all is stopped"' EXIT
packages "$root/log/packages.log" "${PACKAGES[@]}"
export PATH=/usr/sbin:/usr/bin:/sbin:/bin # Debian's Python, not one of a version manager
network
libvirt
number=0
for name in "${chosen[@]}"; do number=$((number + 1)); machine "$name" "52:54:00:22:00:0$number"; done
emulator
say "libvirt and the emulator are up: $(inside curl -s --cacert "$root/bmc.pem" -u $user:$password "https://$bmc/redfish/v1/Systems" | tr -d ' \n' | cut -c1-120)"
server
say "the server is up"
expect "drivers" "$(baremetal driver list -f value -c 'Supported driver(s)')" 'redfish'
expect "driver properties" "$(baremetal driver property list redfish -f value -c Property)" 'redfish_verify_ca'
number=0
for name in "${chosen[@]}"; do
  number=$((number + 1))
  more=()
  case $name in
    rf-vmedia) more=(--boot-interface redfish-virtual-media --driver-info "external_http_url=http://$address:8088") ;;
    rf-https) more=(--boot-interface redfish-https --driver-info "external_http_url=http://$address:8088") ;;
  esac
  enrol "$name" "52:54:00:22:00:0$number" "${more[@]}"
  host "$name"
  [ ${#more[@]} -eq 0 ] || no_network_loader "$name"
done
trouble
interfaces "${chosen[0]}"
! grep -aq "$password" "$root/log/server.log" || die "the password is in the server's log"
say "${#chosen[@]} machines were taken to hosts by Redfish: ${chosen[*]}"
printf '%d passed, 0 failed, 0 skipped\n' ${#chosen[@]}
