#!/usr/bin/env bash
# Sizes of kernel and initramfs of both flavours.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
for kernel in cloud generic; do
  "$BESSEMER_HOME/bessemer" ramdisk build --kernel $kernel --data-dir "$work/$kernel" >/dev/null
  stat -c '%s %n' "$work/$kernel/boot/vmlinuz" "$work/$kernel/boot/initramfs" |
    awk -v k=$kernel '{ sum += $1; split($2, p, "/"); printf "%s ", $1 } END { printf "= %.1f MB (%s: kernel, initramfs)\n", sum / 1e6, k }'
done
