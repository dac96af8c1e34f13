package io.bessemer.pxe;

import io.bessemer.core.lease.LeaseStore;
import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.dhcp.AddressProbe;
import io.bessemer.pxe.dhcp.BootServer;
import io.bessemer.pxe.dhcp.DhcpDecisions;
import io.bessemer.pxe.dhcp.DhcpServer;
import io.bessemer.pxe.dhcp.DhcpWork;
import io.bessemer.pxe.dhcp.LeaseIndex;
import io.bessemer.pxe.dhcp.NetworkProbe;
import io.bessemer.pxe.http.Content;
import io.bessemer.pxe.http.ContentServer;
import io.bessemer.pxe.net.LinuxException;
import io.bessemer.pxe.net.NeighbourTable;
import io.bessemer.pxe.net.PortOwner;
import io.bessemer.pxe.ra.RouterAdvertiser;
import io.bessemer.pxe.tftp.LookAgain;
import io.bessemer.pxe.tftp.TftpServer;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet4Address;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// DHCP, TFTP, HTTP and router advertisements on every configured interface.
public final class PxeServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PxeServer.class);
    private static final int EVENT_LOOPS = 2;
    /// of HTTP, apart from those of DHCP: a file that is not in memory is waited for
    private static final int CONTENT_LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 8);
    /// of TFTP: with two on two processors a block without windows cost a sixth more CPU time, with a hundred clients two fifths
    private static final int TFTP_LOOPS = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);
    /// requests in work at a time; a rack that powers on at once asks for a few hundred
    private static final int TFTP_LIMIT = 256;
    private static final int HTTP_LIMIT = 1024;
    /// iPXE does not ask again after a refusal; a connection has one request at a time, so connections are the bound
    private static final int HTTP_WAITING = 65_536;
    private static final int TFTP_WAITING = 4096;
    /// until other DHCP servers are looked for the first time
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);

    private static final Duration LOOK_FOR_OVERRUNS = Duration.ofSeconds(10);

    private final PxeSettings settings;
    private final BootDirectory directory;
    private final Optional<UnaryOperator<String>> neighbourKeys;
    private final Clock clock;
    private final LeaseIndex leases;
    private final PxeCounters counters = new PxeCounters();
    private final KeptFiles keptFiles = new KeptFiles();
    private final List<AutoCloseable> running = new ArrayList<>();
    private final List<DhcpServer> dhcpServers = new ArrayList<>();
    private final List<BootServer> bootServers = new ArrayList<>();
    private final List<TftpServer> tftpServers = new ArrayList<>();
    private final List<ContentServer> contentServers = new ArrayList<>();
    private EventLoopGroup loops;
    private EventLoopGroup contentLoops;
    private EventLoopGroup tftpLoops;

    /// Machines fetch images from here alone.
    public PxeServer(PxeSettings settings, BootDirectory directory, LeaseStore leaseStore, Clock clock) {
        this(settings, directory, leaseStore, Optional.empty(), clock);
    }

    /// @param neighbourKeys by image, what machines show each other to fetch parts of it; empty when they fetch from here alone
    public PxeServer(PxeSettings settings, BootDirectory directory, LeaseStore leaseStore, Optional<UnaryOperator<String>> neighbourKeys, Clock clock) {
        this.settings = settings;
        this.neighbourKeys = neighbourKeys;
        this.directory = directory;
        this.clock = clock;
        this.leases = new LeaseIndex(leaseStore, clock, this::isProxied, this::neighbour);
    }

    private boolean isProxied(Inet4Address address) {
        return settings.interfaces().stream().flatMap(on -> on.networks().stream()).anyMatch(network -> network.proxied() && network.contains(address));
    }

    /// Not behind relays: there the kernel knows routers only.
    private Optional<MacAddress> neighbour(Inet4Address address) {
        return settings.interfaces().stream().filter(on -> !on.name().isEmpty() && on.subnet().contains(address)).findFirst().flatMap(on -> NeighbourTable.find(address, on.name()));
    }

    /// @throws PxeStartException with every socket that could not be had and its cure; nothing runs then
    public void start() {
        leases.load();
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends DatagramChannel> datagrams = epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
        Class<? extends ServerChannel> connections = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        loops = new MultiThreadIoEventLoopGroup(EVENT_LOOPS, handlers);
        contentLoops = new MultiThreadIoEventLoopGroup(CONTENT_LOOPS, handlers);
        var lookAgain = new LookAgain();
        tftpLoops = new MultiThreadIoEventLoopGroup(TFTP_LOOPS, epoll ? EpollIoHandler.newFactory(0, () -> lookAgain) : handlers);
        ChannelFactory<DatagramChannel> ipv4Sockets = () -> epoll ? new EpollDatagramChannel(SocketProtocolFamily.INET) : new NioDatagramChannel(SocketProtocolFamily.INET);
        var bootFiles = new BootFiles(settings.bootDirectory());
        List<String> missing = bootFiles.addPackagedLoaders();
        if (!missing.isEmpty()) {
            log.atWarn().addKeyValue("files", missing).addKeyValue("directory", settings.bootDirectory())
                    .log("Loaders are missing: firmware without iPXE cannot boot; install Debian's package ipxe, or put them there");
        }
        boolean onNetworks = !settings.replyToSource();
        AddressProbe probe = AddressProbe.NONE;
        if (onNetworks && !settings.conflictProbe().isZero()) {
            var networkProbe = new NetworkProbe(settings.interfaces(), counters);
            running.add(networkProbe);
            probe = networkProbe;
        }
        var decisions = new DhcpDecisions(settings, directory, leases, bootFiles, probe, counters, clock);
        var content = new Content(directory, bootFiles, keptFiles, settings.imagesDirectory(), leases, neighbourKeys, counters, clock);
        var dhcpWork = new DhcpWork(directory, settings.discovery(), leases, counters);
        var tftpWork = new HandOver("tftp", TFTP_LIMIT, TFTP_WAITING, counters);
        var httpWork = new HandOver("http", HTTP_LIMIT, HTTP_WAITING, counters);
        var problems = new ArrayList<String>();
        for (PxeSettings.Interface on : settings.interfaces()) {
            String address = on.address().getHostAddress();
            // content first: DHCP answers name its port
            var contentServer = new ContentServer(content, settings.imageMachines(), on.networks(), settings.visitors(), httpWork, counters);
            attempt(problems, "HTTP", "tcp", on, settings.httpPort(), () -> contentServer.bind(contentLoops, connections, on.address(), settings.httpPort()));
            contentServers.add(contentServer);
            running.add(contentServer);
            var tftpServer = new TftpServer(bootFiles, keptFiles, directory, leases, tftpWork, counters, lookAgain);
            attempt(problems, "TFTP", "udp", on, settings.tftpPort(), () -> tftpServer.bind(tftpLoops, ipv4Sockets, on.address(), settings.tftpPort()));
            tftpServers.add(tftpServer);
            running.add(tftpServer);
            var dhcpServer = new DhcpServer(settings, on, decisions, dhcpWork, counters, contentServer::port);
            attempt(problems, "DHCP", "udp", on, settings.dhcpPort(), () -> dhcpServer.bind(loops, datagrams));
            dhcpServers.add(dhcpServer);
            running.add(dhcpServer);
            if (on.proxies()) {
                var bootServer = new BootServer(settings, on, decisions, dhcpWork, counters, contentServer::port);
                attempt(problems, "PXE boot server", "udp", on, settings.proxyPort(), () -> bootServer.bind(loops, datagrams));
                bootServers.add(bootServer);
                running.add(bootServer);
            }
            if (problems.isEmpty()) {
                log.atInfo().addKeyValue("interface", on.name()).addKeyValue("address", address).addKeyValue("mode", on.subnet().mode()).addKeyValue("dhcp", dhcpServer.port()).addKeyValue("tftp", tftpServer.port())
                        .addKeyValue("http", contentServer.port()).addKeyValue("discovery", settings.discovery()).log("Boot servers listen");
                advertise(on);
                loops.scheduleAtFixedRate(dhcpServer::tellOverruns, LOOK_FOR_OVERRUNS.toMillis(), LOOK_FOR_OVERRUNS.toMillis(), TimeUnit.MILLISECONDS);
                if (onNetworks && !on.name().isEmpty() && !settings.rogueProbe().isZero()) {
                    loops.scheduleAtFixedRate(dhcpServer::lookForOthers, FIRST_LOOK.toMillis(), settings.rogueProbe().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
        if (!problems.isEmpty()) {
            close();
            throw new PxeStartException(problems);
        }
    }

    private void advertise(PxeSettings.Interface on) {
        if (!settings.routerAdvertisements() || settings.replyToSource() || on.name().isEmpty()) {
            return;
        }
        var advertiser = new RouterAdvertiser(on.name(), counters);
        try {
            advertiser.start();
            running.add(advertiser);
        } catch (LinuxException | IOException notPossible) {
            log.atWarn().addKeyValue("interface", on.name()).addKeyValue("reason", notPossible.getMessage())
                    .log("IPv6 router solicitations are not answered, so iPXE waits about 13 s in each boot; run as root or with CAP_NET_RAW, with IPv6 on");
        }
    }

    private interface Binding {
        void bind() throws Exception;
    }

    private void attempt(List<String> problems, String what, String protocol, PxeSettings.Interface on, int port, Binding binding) {
        try {
            binding.bind();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            problems.add(what + ": interrupted.");
        } catch (Exception failure) {
            problems.add(problem(what, protocol, on, port, failure));
        }
    }

    private static String problem(String what, String protocol, PxeSettings.Interface on, int port, Exception failure) {
        String where = "%s port %d on %s (%s)".formatted(what, port, on.address().getHostAddress(), on.name().isEmpty() ? "any interface" : on.name());
        String reason = String.valueOf(failure.getMessage());
        if (reason.contains("in use")) {
            String owner = PortOwner.find(protocol, port).map(holder -> "by " + holder).orElse("by another process (look with: ss -l%snp sport = :%d)".formatted(protocol.charAt(0), port));
            return "%s is taken %s; stop it, or configure another port.".formatted(where, owner);
        }
        if (reason.contains("ermission") || reason.contains("not permitted")) {
            return where + " is not permitted; run as root, or grant CAP_NET_BIND_SERVICE and CAP_NET_RAW.";
        }
        if (reason.contains("annot assign")) {
            return where + ": this machine does not have that address; configure the interface first.";
        }
        if (reason.contains("No such device")) {
            return where + ": there is no such interface.";
        }
        return where + " could not be opened: " + reason + ".";
    }

    /// With what the kernel says that it dropped at our DHCP sockets, if anything.
    public Map<String, Long> counters() {
        Map<String, Long> counted = counters.snapshot();
        long overruns = dhcpServers.stream().mapToLong(DhcpServer::overruns).sum();
        if (overruns > 0) {
            counted.put("dhcp.overrun", overruns);
        }
        return counted;
    }

    /// Where the first interface's server listens, which differs from the settings when those say 0.
    public int dhcpPort() {
        return dhcpServers.getFirst().port();
    }

    /// PXE's 4011; only when an interface is in mode `PROXY`.
    public int proxyPort() {
        return bootServers.getFirst().port();
    }

    public int tftpPort() {
        return tftpServers.getFirst().port();
    }

    public int httpPort() {
        return contentServers.getFirst().port();
    }

    @Override
    public void close() {
        for (AutoCloseable server : running.reversed()) {
            try {
                server.close();
            } catch (Exception failure) {
                log.atWarn().addKeyValue("reason", failure.toString()).log("A boot server did not close");
            }
        }
        running.clear();
        if (loops != null) {
            var ends = List.of(loops.shutdownGracefully(0, 2, TimeUnit.SECONDS), contentLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS), tftpLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS));
            ends.forEach(Future::awaitUninterruptibly);
            keptFiles.forgetAll();
        }
    }
}
