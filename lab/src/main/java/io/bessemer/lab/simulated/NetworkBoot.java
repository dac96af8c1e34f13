package io.bessemer.lab.simulated;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.dhcp.DhcpMessage;
import io.bessemer.pxe.dhcp.DhcpOption;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The network boot of firmware without iPXE: DHCP and a loader by TFTP; then the loader's, which is iPXE: DHCP, the script by HTTP, kernel and initramfs.
final class NetworkBoot {
    private static final Map<String, String> HEADERS = Map.of("User-Agent", "iPXE/1.21.1 (simulated)");
    private static final int OK = 200;

    private final MacAddress mac;
    private final boolean uefi;
    private final BootNetwork servers;
    private final Consumer<String> console;

    NetworkBoot(MacAddress mac, boolean uefi, BootNetwork servers, Consumer<String> console) {
        this.mac = mac;
        this.uefi = uefi;
        this.servers = servers;
        this.console = console;
    }

    /// The arguments of the kernel that was loaded; empty when the machine shall go on to its next boot device.
    Optional<Map<String, String>> run() throws IOException {
        if (!loadLoader()) {
            return Optional.empty();
        }
        Optional<DhcpMessage> lease = new DhcpClient(mac, uefi, true, servers.dhcp()).run();
        Optional<String> script = lease.flatMap(NetworkBoot::bootFile);
        if (script.isEmpty() || !script.get().startsWith("http")) {
            return Optional.empty();
        }
        try (var http = new PlainHttp(address(lease.get()))) {
            PlainHttp.Answer answer = http.get(URI.create(script.get()), HEADERS);
            return answer.status() == OK ? follow(answer.text(), http) : Optional.empty();
        }
    }

    /// UEFI as OVMF does it, BIOS as old PXE ROMs do.
    private boolean loadLoader() throws IOException {
        Optional<DhcpMessage> lease = new DhcpClient(mac, uefi, false, servers.dhcp()).run();
        Optional<String> loader = lease.flatMap(NetworkBoot::bootFile);
        if (loader.isEmpty()) {
            return false;
        }
        var server = new InetSocketAddress(lease.get().nextServer(), servers.tftpPort());
        long bytes = TftpFetch.fetch(address(lease.get()), server, loader.get(), uefi ? TftpFetch.MODERN : TftpFetch.PLAIN);
        console.accept("%s, %d bytes".formatted(loader.get(), bytes));
        return true;
    }

    /// From its own address, by which the servers know who fetches; a machine of loopback has it already.
    private static InetAddress address(DhcpMessage lease) {
        Inet4Address address = lease.yourAddress();
        return address.isLoopbackAddress() ? address : null;
    }

    private static Optional<Map<String, String>> follow(String script, PlainHttp http) throws IOException {
        Map<String, String> arguments = null;
        for (String line : script.lines().map(String::strip).toList()) {
            List<String> words = List.of(line.replaceFirst(" \\|\\|.*", "").split(" +"));
            switch (words.getFirst()) {
                case "kernel" -> {
                    fetch(words.get(1), http);
                    arguments = arguments(words.subList(2, words.size()));
                }
                case "initrd" -> fetch(words.getLast(), http);
                case "boot" -> {
                    return Optional.ofNullable(arguments);
                }
                default -> { } // what decides about repetition and failure
            }
        }
        return Optional.empty();
    }

    private static Map<String, String> arguments(List<String> words) {
        var arguments = new HashMap<String, String>();
        for (String word : words) {
            int equals = word.indexOf('=');
            arguments.put(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return arguments;
    }

    private static void fetch(String url, PlainHttp http) throws IOException {
        int status = http.discard(URI.create(url), HEADERS);
        if (status != OK) {
            throw new IOException("%s answered %d".formatted(url, status));
        }
    }

    private static Optional<String> bootFile(DhcpMessage message) {
        String field = message.bootFile();
        return message.options().text(DhcpOption.BOOT_FILE_NAME).or(() -> field.isEmpty() ? Optional.empty() : Optional.of(field));
    }
}
