package io.bessemer.lab.qemu;

import io.bessemer.lab.qemu.MachineSpec.BootWay;
import io.bessemer.lab.qemu.MachineSpec.Firmware;
import io.bessemer.lab.qemu.MachineSpec.Nic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The QEMU command line of a machine. `$nic_order` and `$disk_order` stay open: the shell program that starts the machine fills
/// them with `,bootindex=N` or nothing.
final class QemuCommand {
    /// QOM paths by which the boot order of a running machine is changed.
    static final String NIC_OBJECT = "/machine/peripheral/nic0";
    static final String DISK_OBJECT = "/machine/peripheral/disk0";

    private QemuCommand() {}

    /// Shell words, quoted where they need it.
    static String of(MachineSpec spec, int slot, Path directory) {
        var words = new ArrayList<String>();
        words.add("qemu-system-x86_64");
        add(words, "-name", spec.name(), "-machine", spec.firmware() == Firmware.UEFI ? "q35" : "pc,graphics=off");
        // graphics=off makes SeaBIOS and iPXE speak on the serial port; ordinary kernels hang under the KVM of some nested hosts; emulation works everywhere
        add(words, "-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "1", "-m", Integer.toString(spec.memoryMib()));
        if (spec.firmware() == Firmware.UEFI) {
            add(words, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd");
            add(words, "-drive", quoted("if=pflash,unit=1,format=raw,file=" + directory.resolve("OVMF_VARS.fd")));
            add(words, "-global", "ICH9-LPC.disable_s3=1");
            if (spec.bootWay() == BootWay.OVMF_HTTP) {
                add(words, "-fw_cfg", "name=opt/org.tianocore/IPv4PXESupport,string=no");
                add(words, "-fw_cfg", "name=opt/org.tianocore/IPv6PXESupport,string=no");
            }
        }
        // without strict=on SeaBIOS also tries devices that are not in the boot order
        add(words, "-boot", "strict=on", "-nodefaults", "-no-user-config", "-display", "none", "-vga", "none");
        add(words, "-uuid", spec.uuid().toString());
        add(words, "-smbios", "type=1,manufacturer=Bessemer,product=Virtual1U,serial=%s,uuid=%s".formatted(spec.serial(), spec.uuid()));
        add(words, "-netdev", "tap,id=net0,ifname=tap%d,script=no,downscript=no".formatted(slot));
        String rom = spec.bootWay() == BootWay.IPXE_ROM ? "" : ",romfile=";
        String model = spec.nic() == Nic.VIRTIO ? "virtio-net-pci" : "e1000";
        add(words, "-device", "%s,id=nic0,netdev=net0,mac=%s%s\"$nic_order\"".formatted(model, spec.mac(), rom));
        if (spec.disk() == MachineSpec.Disk.SATA) {
            add(words, "-device", "ich9-ahci,id=ahci0");
        }
        for (int number = 1; number <= spec.disks(); number++) {
            int index = number - 1;
            add(words, "-drive", quoted("if=none,id=drive%d,format=raw,cache=unsafe,discard=unmap,detect-zeroes=unmap,file=%s".formatted(index, QemuMachine.disk(directory, number))));
            String disk = "id=disk%d,drive=drive%d,serial=%s%s".formatted(index, index, spec.diskSerial(number), number == 1 ? "\"$disk_order\"" : "");
            switch (spec.disk()) {
                case VIRTIO -> add(words, "-device", "virtio-blk-pci," + disk);
                case NVME -> add(words, "-device", "nvme," + disk);
                case SATA -> add(words, "-device", "ide-hd,bus=ahci0.%d,".formatted(index) + disk);
            }
        }
        add(words, "-device", "virtio-rng-pci");
        add(words, "-chardev", quoted("pipe,id=serial0,path=%s,logappend=on,logfile=%s"
                .formatted(SerialLine.path(directory), directory.resolve("serial.log"))), "-serial", "chardev:serial0");
        add(words, "-chardev", quoted("pipe,id=monitor0,path=" + directory.resolve("monitor")), "-mon", "chardev=monitor0,mode=readline");
        return String.join(" ", words);
    }

    static String quoted(String text) {
        return "'" + text + "'";
    }

    private static void add(List<String> words, String... more) {
        words.addAll(List.of(more));
    }
}
