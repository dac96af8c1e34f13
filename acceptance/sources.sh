#!/usr/bin/env bash
# Where images come from, for real: Keystone and Glance, and the registry of the distribution project, all of Debian's packages, on loopback. Images are put there
# by their own clients' calls, and Bessemer's tests import them. Needs root for the packages only; all that is started is stopped again, by its pid. About a minute.
#   ./bessemer acceptance sources
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
home=$(dirname "$here")
port=${BESSEMER_SOURCES_PORT:-27300}
keystone=$port glance=$((port + 1)) registry=$((port + 2)) address=127.0.0.1 secret=acceptance
root=$home/work/acceptance-sources-$port
inherited_path=$PATH
export PATH=/usr/sbin:/usr/bin:/sbin:/bin PYTHONDONTWRITEBYTECODE=1 # Debian's Python, not one of a version manager
PACKAGES=(keystone glance-api uwsgi-plugin-python3 docker-registry apache2-utils qemu-utils)

. "$here/common/processes.sh"
. "$here/common/packages.sh"
trap 'for name in registry glance keystone; do halt $name; done' EXIT

settings() {
  cat >"$root/keystone.conf" <<END
[database]
connection = sqlite:///$root/keystone.db
[token]
provider = fernet
[fernet_tokens]
key_repository = $root/keys
[fernet_receipts]
key_repository = $root/keys
[credential]
key_repository = $root/credentials
[identity]
password_hash_rounds = 4
[cache]
enabled = false
END
  cat >"$root/glance.conf" <<END
[DEFAULT]
bind_host = $address
bind_port = $glance
workers = 0
[database]
connection = sqlite:///$root/glance.db
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = $root/store
[paste_deploy]
flavor = keystone
config_file = /etc/glance/glance-api-paste.ini
[keystone_authtoken]
auth_url = http://$address:$keystone
www_authenticate_uri = http://$address:$keystone
auth_type = password
project_domain_name = Default
user_domain_name = Default
project_name = admin
username = admin
password = $secret
[oslo_concurrency]
lock_path = $root
END
  cat >"$root/registry.yml" <<END
version: 0.1
storage: {filesystem: {rootdirectory: $root/registry}}
http: {addr: "$address:$registry"}
auth: {htpasswd: {realm: acceptance, path: $root/htpasswd}}
END
  htpasswd -Bbn puller "$secret" >"$root/htpasswd"
}

rm -rf "$root"
mkdir -p "$root"/{log,run,store,registry,keys,credentials}
packages "$root/log/packages.log" "${PACKAGES[@]}"
settings
manage=(keystone-manage --config-file "$root/keystone.conf")
"${manage[@]}" db_sync >>"$root/log/keystone.log" 2>&1
"${manage[@]}" fernet_setup --keystone-user root --keystone-group root >>"$root/log/keystone.log" 2>&1
url=http://$address:$keystone/v3/
"${manage[@]}" bootstrap --bootstrap-password $secret --bootstrap-region-id one --bootstrap-admin-url $url --bootstrap-public-url $url --bootstrap-internal-url $url >>"$root/log/keystone.log" 2>&1
glance-manage --config-file "$root/glance.conf" db_sync >>"$root/log/glance.log" 2>&1
mkdir -p "$root/etc"
cp "$root/keystone.conf" "$root/etc/keystone.conf"
launch keystone env OS_KEYSTONE_CONFIG_DIR="$root/etc/" uwsgi_python3 --master --die-on-term --lazy-apps --enable-threads --processes 1 --threads 4 --buffer-size 65535 \
  --socket-timeout 60 --add-header 'Connection: close' --http-socket $address:$keystone --wsgi-file /usr/bin/keystone-wsgi-public --need-app
await_port keystone $keystone
launch glance glance-api --config-file "$root/glance.conf"
await_port glance $glance
launch registry docker-registry serve "$root/registry.yml"
await_port registry $registry

export BESSEMER_SOURCES_KEYSTONE=http://$address:$keystone/v3 BESSEMER_SOURCES_GLANCE=http://$address:$glance BESSEMER_SOURCES_REGISTRY=$address:$registry
export BESSEMER_SOURCES_PASSWORD=$secret PATH=$inherited_path
[ "${1:-}" != up ] || { printf 'Keystone %s, Glance %s, registry %s; Enter stops them\n' "$BESSEMER_SOURCES_KEYSTONE" "$BESSEMER_SOURCES_GLANCE" "$BESSEMER_SOURCES_REGISTRY"; read -r; exit; }
"$home/bessemer" test --sources SourcesAcceptanceTest
