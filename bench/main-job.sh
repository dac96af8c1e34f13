#!/usr/bin/env bash
# The main job on the QEMU rack: one machine of each firmware alone, then both together.
set -euo pipefail
"$BESSEMER_HOME/bessemer" demo --once --machines 1 --firmware bios | tail -8
"$BESSEMER_HOME/bessemer" demo --once --machines 1 --firmware uefi | tail -8
"$BESSEMER_HOME/bessemer" demo --once --machines 2 | tail -8
