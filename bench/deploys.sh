#!/usr/bin/env bash
# Simulated machines (real IPMI, DHCP, TFTP, HTTP and agent protocol, on loopback) through the whole of Bessemer, all at once in each stage:
# inspection is the boot storm, from power on to agent; deploy ends when every machine has booted from its own disk.
set -euo pipefail
machines=${1:-1000}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
"$BESSEMER_HOME/bessemer" demo --simulated --machines "$machines" --once --together --rack-id bench --api-port 26385 --data-dir "$work" | sed -n '/^SECONDS/,$p'
