package io.bessemer.host;

import io.bessemer.host.check.KvmDevice;
import io.bessemer.host.kind.Hypervisor;
import io.bessemer.host.libvirt.Connection;
import io.bessemer.host.protocol.HostOrders;
import io.bessemer.host.protocol.HostReport.Capacity;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a host is, in the keys of decision 0040.
public final class HostFacts {
    private static final Pattern FLAGS = Pattern.compile("(?m)^flags\\s*: (.*)$");
    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*: (.*)$");
    private static final Pattern OS = Pattern.compile("(?m)^PRETTY_NAME=\"?([^\"\n]*)");

    private HostFacts() {}

    /// @param kind       empty until there are orders
    /// @param connection empty when libvirt does not answer
    /// @param error      why
    static Map<String, Object> gather(HostFiles files, Optional<Hypervisor> kind, Optional<Connection> connection, String error) throws IOException {
        var facts = new LinkedHashMap<String, Object>();
        facts.put("os", first(OS, files.text("/etc/os-release").orElse("")).orElse("unknown"));
        facts.put("kernel", files.text("/proc/sys/kernel/osrelease").orElse("unknown"));
        String cpuinfo = files.text("/proc/cpuinfo").orElse("");
        var cpu = new LinkedHashMap<String, Object>();
        cpu.put("model", first(MODEL, cpuinfo).orElse("unknown"));
        cpu.put("threads", Runtime.getRuntime().availableProcessors());
        facts.put("cpu", cpu);
        var hypervisor = new LinkedHashMap<String, Object>();
        kind.ifPresent(one -> {
            hypervisor.put("kind", one.name());
            hypervisor.put("emulated", one.emulates());
            facts.put("hypervisor", hypervisor);
        });
        if (connection.isPresent()) {
            Connection libvirt = connection.get();
            facts.put("libvirt", libvirt.libraryVersion());
            hypervisor.put("version", libvirt.hypervisorVersion());
            hypervisor.put("os_types", libvirt.osTypes());
            facts.put("uri", libvirt.uri());
            Connection.Node node = libvirt.node();
            cpu.put("threads", node.cpus());
            cpu.put("sockets", node.sockets());
            cpu.put("numa_nodes", node.numaNodes());
            facts.put("memory_mib", node.memoryMib());
            facts.put("domain_types", libvirt.domainTypes());
        } else {
            facts.put("libvirt_error", error);
        }
        cpu.put("virtualization", virtualization(files));
        cpu.put("flags", List.of(first(FLAGS, cpuinfo).orElse("").split(" ")));
        KvmDevice device = KvmDevice.ask();
        var kvm = new LinkedHashMap<String, Object>();
        kvm.put("device", device.device());
        kvm.put("api_version", device.apiVersion());
        kvm.put("error", device.error());
        facts.put("kvm", kvm);
        facts.put("interfaces", NetworkInterface.networkInterfaces().filter(nic -> !nic.getName().equals("lo") && !nic.getName().startsWith("vnet"))
                .map(HostFacts::describe).toList());
        return facts;
    }

    /// `vmx`, `svm` or `none`.
    public static String virtualization(HostFiles files) {
        List<String> flags = List.of(first(FLAGS, files.text("/proc/cpuinfo").orElse("")).orElse("").split(" "));
        return flags.contains("vmx") ? "vmx" : flags.contains("svm") ? "svm" : "none";
    }

    /// @param orders for the storage pools; null when there are none yet
    static Capacity capacity(HostFiles files, Connection connection, List<Connection.Guest> guests, HostOrders orders) throws IOException {
        Connection.Node node = connection.node();
        List<Connection.Guest> running = guests.stream().filter(Connection.Guest::active).toList();
        long total = 0;
        long used = 0;
        var stores = new HashSet<String>();
        for (HostOrders.StoragePool pool : orders == null ? List.<HostOrders.StoragePool>of() : orders.storagePools()) {
            if (!Files.isDirectory(files.path(pool.path()))) {
                continue;
            }
            FileStore store = Files.getFileStore(files.path(pool.path()));
            if (stores.add(store.toString())) { // pools in one file system share its room
                total += store.getTotalSpace();
                used += store.getTotalSpace() - store.getUsableSpace();
            }
        }
        return new Capacity(node.cpus(), node.memoryMib() - connection.domain0MemoryMib(), total >> 30, running.size(), running.stream().mapToInt(Connection.Guest::vcpus).sum(),
                running.stream().mapToLong(Connection.Guest::memoryMib).sum(), used >> 30);
    }

    private static Map<String, Object> describe(NetworkInterface nic) {
        var map = new LinkedHashMap<String, Object>();
        map.put("name", nic.getName());
        try {
            byte[] mac = nic.getHardwareAddress();
            map.put("mac", mac == null ? null : HexFormat.ofDelimiter(":").formatHex(mac));
            map.put("addresses", nic.getInterfaceAddresses().stream()
                    .map(one -> one.getAddress().getHostAddress().replaceFirst("%.*", "") + "/" + one.getNetworkPrefixLength()).toList());
            map.put("up", nic.isUp());
        } catch (IOException e) {
            map.put("up", false); // it vanished meanwhile
        }
        return map;
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher found = pattern.matcher(text);
        return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
    }
}
