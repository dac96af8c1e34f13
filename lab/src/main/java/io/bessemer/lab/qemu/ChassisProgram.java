package io.bessemer.lab.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// The shell programs by which a machine's `ipmi_sim` reads and changes its power and boot device.
///
/// `ipmi_sim` runs `chassis` synchronously and single-threaded; an answer later than the client's one second is sent again and the
/// command **runs twice**. So `chassis` never waits: it notes what is wanted and leaves the rest to `power-on` in the background.
///
/// Files of a machine: `wanted` (empty: off; else a token of the start that shall run), `qemu.pid`, `boot-once` and `boot-always`
/// (`pxe`, `default` for disk, `cdrom`, `bios`), `power.log`, `serial.log`, `qemu.log`, `lock` (held while QEMU runs).
final class ChassisProgram {
    private static final String CHASSIS = """
            #!/bin/sh
            # chassis get NAME... | chassis set NAME VALUE...   (run by ipmi_sim; answers at once)
            d=@DIRECTORY@
            note() { echo "$(date +%s.%N) $*" >> "$d/power.log"; }
            on() { [ -s "$d/wanted" ]; }
            start() {
                date +%s%N > "$d/wanted.new" && mv "$d/wanted.new" "$d/wanted"
                setsid "$d/power-on" "$(cat "$d/wanted")" < /dev/null >> "$d/qemu.log" 2>&1 &
            }
            stop() {
                : > "$d/wanted"
                p=$(cat "$d/qemu.pid" 2> /dev/null)
                [ -n "$p" ] && grep -qaF "$d/" "/proc/$p/cmdline" 2> /dev/null && kill -KILL "$p"
            }
            op=$1
            shift
            case $op in
            get) for name in "$@"; do case $name in
                power) if on; then echo power:1; else echo power:0; fi ;;
                boot) echo "boot:$(cat "$d/boot-once" "$d/boot-always" 2> /dev/null | head -n 1)" ;;
                *) echo "$name:0" ;;
                esac; done ;;
            set) while [ $# -gt 1 ]; do
                name=$1 value=$2
                shift 2
                note "set $name $value"
                case $name in
                power) if [ "$value" = 1 ]; then on || start; else stop; fi ;;
                reset) if on; then stop; start; fi ;;
                # a machine that was told to shut down may take its time; it ends when the guest says so
                shutdown) if on && [ -p "$d/monitor.in" ]; then echo system_powerdown 1<> "$d/monitor.in"; fi ;;
                # ipmi_sim does not pass the persistent bit: the disk stays, everything else is for one boot
                boot) case $value in
                    none) rm -f "$d/boot-once" "$d/boot-always" ;;
                    default) rm -f "$d/boot-once"; echo default > "$d/boot-always" ;;
                    *) echo "$value" > "$d/boot-once" ;;
                    esac ;;
                esac
            done ;;
            esac
            exit 0
            """;

    private static final String POWER_ON = """
            #!/bin/sh
            # power-on TOKEN: runs QEMU until it ends, unless by then something else is wanted
            d=@DIRECTORY@
            exec 9> "$d/lock"
            flock 9
            [ "$(cat "$d/wanted")" = "$1" ] || exit 0
            note() { echo "$(date +%s.%N) $*" >> "$d/power.log"; }
            usual() { cat "$d/boot-always" 2> /dev/null || echo @USUAL@; }
            boot=$(cat "$d/boot-once" 2> /dev/null || usual)
            rm -f "$d/boot-once" "$d/monitor.in" "$d/monitor.out"
            case $boot in
            pxe) nic_order=,bootindex=1 disk_order=,bootindex=2 ;;
            default) nic_order= disk_order=,bootindex=1 ;;
            *) nic_order=,bootindex=2 disk_order=,bootindex=1 ;;
            esac
            mkfifo "$d/monitor.in" "$d/monitor.out"
            exec 8<> "$d/monitor.in"
            # Firmware reads the boot order when the machine is reset. What was set for one boot does not hold for a restart from within.
            if [ "$boot" = pxe ] && [ "$(usual)" != pxe ]; then
                printf 'qom-set @NIC@ bootindex -1\\nqom-set @DISK@ bootindex 3\\nqom-set @NIC@ bootindex 4\\n' >&8
            fi
            # what was typed at a machine that was off
            dd if="$d/serial.in" iflag=nonblock of=/dev/null status=none 2> /dev/null
            note "start boot=$boot"
            printf '\\n--- power on, boot %s\\n' "$boot" >> "$d/serial.log"
            @QEMU@ 8<&- 9<&- &
            echo $! > "$d/qemu.pid"
            # power may have been cut since the look above
            [ "$(cat "$d/wanted")" = "$1" ] || kill -KILL $!
            wait $!
            note "stopped status=$?"
            rm -f "$d/qemu.pid" "$d/monitor.in" "$d/monitor.out"
            [ "$(cat "$d/wanted")" != "$1" ] || : > "$d/wanted"
            """;

    private ChassisProgram() {}

    /// Writes `chassis` and `power-on` into the machine's directory.
    ///
    /// @return the program to give to `ipmi_sim`
    static Path write(MachineSpec spec, int slot, Path directory) throws IOException {
        writeProgram(directory.resolve("power-on"), POWER_ON
                .replace("@USUAL@", spec.networkFirst() ? "pxe" : "none")
                .replace("@NIC@", QemuCommand.NIC_OBJECT)
                .replace("@DISK@", QemuCommand.DISK_OBJECT)
                .replace("@QEMU@", QemuCommand.of(spec, slot, directory)), directory);
        Files.writeString(directory.resolve("wanted"), "");
        Path chassis = directory.resolve("chassis");
        writeProgram(chassis, CHASSIS, directory);
        return chassis;
    }

    private static void writeProgram(Path file, String text, Path directory) throws IOException {
        Files.writeString(file, text.replace("@DIRECTORY@", QemuCommand.quoted(directory.toString())));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
