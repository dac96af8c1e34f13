#!/usr/bin/env bash
# One host, in mount and UTS namespaces that its caller made: its libvirt, and a nova-compute that reads /etc/nova as Bessemer wrote it.
set -euo pipefail
host=$1 kind=$2 tree=$3
hostname "$host"
mkdir -p /run/libvirt
for place in etc/nova etc/libvirt var/lib/libvirt var/lib/nova run/libvirt; do mount --bind "$tree/$place" "/$place"; done
mkdir -p /var/lib/nova/{tmp,instances}
config=(--config-file /etc/nova/nova.conf)
if [ "$kind" = libvirt ]; then
  config+=(--config-file /etc/nova/nova-compute.conf)
  /usr/sbin/virtlogd &
  /usr/sbin/libvirtd --pid-file /run/libvirt/libvirtd.pid &
  for ((i = 0; i < 300; i++)); do [ ! -S /run/libvirt/libvirt-sock ] || break; sleep 0.1; done
else # Nova's own driver without virtualization: everything but the guests is real, so that they can be moved about
  printf '[DEFAULT]\ncompute_driver = fake.FakeDriver\n' >"$tree/fake.conf"
  config+=(--config-file "$tree/fake.conf")
fi
nova-compute "${config[@]}"
