package io.bessemer.host.layout;

import io.bessemer.core.program.Command;
import io.bessemer.core.program.CommandFailedException;
import io.bessemer.host.HostFiles;
import io.bessemer.host.protocol.HostOrders.Network;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts a NIC into a bridge by systemd-networkd's files. The bridge takes over the NIC's settings and MAC address, so it gets the same
/// address. When it gets none, everything is put back: a host that nobody reaches cannot be told to do better.
public final class Bridge {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration ADDRESS = Duration.ofSeconds(60);
    private static final Pattern NETWORK_FILE = Pattern.compile("Network File: (/\\S+)");
    private static final Pattern MATCH_SECTION = Pattern.compile("(?ms)^\\[Match\\].*?(?=^\\[|\\z)");

    private final HostFiles files;
    private final Network network;

    /// @param network with a nic
    public Bridge(HostFiles files, Network network) {
        this.files = files;
        this.network = network;
    }

    public boolean isUp() throws IOException {
        return Files.exists(port()) && address();
    }

    public void ensure() throws IOException, InterruptedException {
        if (Files.exists(port())) {
            return;
        }
        if (Files.notExists(files.path("/sys/class/net/" + network.nic()))) {
            throw new IOException("the host has no NIC '%s' for bridge %s. Name one of: %s".formatted(network.nic(), network.bridge(), nics()));
        }
        String settings = settings();
        String mac = files.text("/sys/class/net/" + network.nic() + "/address").orElseThrow();
        files.write(file(".netdev"), "[NetDev]\nName=%s\nKind=bridge\nMACAddress=%s\n[Bridge]\nSTP=no\nForwardDelaySec=0\n".formatted(network.bridge(), mac), "rw-r--r--");
        files.write(file("-port.network"), "[Match]\nName=%s\n[Network]\nBridge=%s\n".formatted(network.nic(), network.bridge()), "rw-r--r--");
        files.write(file(".network"), "[Match]\nName=%s\n%s".formatted(network.bridge(), settings), "rw-r--r--");
        networkctl("reload");
        long end = System.nanoTime() + ADDRESS.toNanos();
        while (!isUp()) {
            if (System.nanoTime() > end) {
                putBack();
                throw new IOException("bridge %s with %s got no address within %d s, so it was removed again".formatted(network.bridge(), network.nic(), ADDRESS.toSeconds()));
            }
            Thread.sleep(500);
        }
    }

    /// Settings of the NIC as they are: all of its file but whom they are for.
    private String settings() throws IOException {
        String status = networkctl("status", "--no-pager", "--lines=0", network.nic());
        Matcher found = NETWORK_FILE.matcher(status);
        if (!found.find()) {
            throw new IOException("%s is not configured by systemd-networkd, so its settings cannot be handed to bridge %s".formatted(network.nic(), network.bridge()));
        }
        String settings = MATCH_SECTION.matcher(Files.readString(Path.of(found.group(1)))).replaceAll("");
        // the default client identifier depends on the name of the interface, and would bring another lease
        return settings.contains("ClientIdentifier=") ? settings : settings + "\n[DHCPv4]\nClientIdentifier=mac\n";
    }

    private void putBack() throws IOException {
        for (String suffix : new String[] {".netdev", "-port.network", ".network"}) {
            files.delete(file(suffix));
        }
        networkctl("reload");
        try {
            Command.of("ip", "link", "delete", network.bridge()).timeout(TIMEOUT).run();
        } catch (CommandFailedException e) {
            // it never came to be
        }
        networkctl("reconfigure", network.nic());
    }

    private Path port() {
        return files.path("/sys/class/net/%s/brif/%s".formatted(network.bridge(), network.nic()));
    }

    private boolean address() throws IOException {
        NetworkInterface bridge = NetworkInterface.getByName(network.bridge());
        return bridge != null && bridge.isUp() && bridge.inetAddresses().anyMatch(address -> !address.isLinkLocalAddress());
    }

    private String nics() throws IOException {
        try (var list = Files.list(files.path("/sys/class/net"))) {
            return String.join(", ", list.filter(nic -> Files.exists(nic.resolve("device"))).map(nic -> nic.getFileName().toString()).sorted().toList());
        }
    }

    /// Before all others: the first file that matches wins.
    private String file(String suffix) {
        return "/etc/systemd/network/05-bessemer-" + network.bridge() + suffix;
    }

    private static String networkctl(String... words) throws IOException {
        return Command.of("networkctl", words).timeout(TIMEOUT).run();
    }
}
