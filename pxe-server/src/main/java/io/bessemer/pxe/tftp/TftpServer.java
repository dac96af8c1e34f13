package io.bessemer.pxe.tftp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.timeline.BootPhase;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import io.bessemer.pxe.dhcp.LeaseIndex;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests on port 69 of one interface and starts a `TftpTransfer` for each.
public final class TftpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TftpServer.class);
    private static final int NOT_DEFINED = 0;
    private static final int FILE_NOT_FOUND = 1;
    private static final int ACCESS_VIOLATION = 2;
    private static final int ILLEGAL_OPERATION = 4;

    private final Seldom warning = new Seldom();
    private final BootFiles files;
    private final BootDirectory directory;
    private final LeaseIndex leases;
    private final HandOver handOver;
    private final PxeCounters counters;
    /// a repeated request is not a second transfer; but firmware may end one and ask anew from the same port with other options
    private record Serving(InetSocketAddress client, TftpMessage.ReadRequest request) {}

    private final Set<Serving> serving = ConcurrentHashMap.newKeySet();
    private Channel channel;

    public TftpServer(BootFiles files, BootDirectory directory, LeaseIndex leases, HandOver handOver, PxeCounters counters) {
        this.files = files;
        this.directory = directory;
        this.leases = leases;
        this.handOver = handOver;
        this.counters = counters;
    }

    /// @throws Exception what the kernel said
    public void bind(EventLoopGroup loops, Class<? extends DatagramChannel> type, InetAddress address, int port) throws Exception {
        channel = new Bootstrap().group(loops).channel(type).handler(new Receiver()).bind(address, port).sync().channel();
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    private void read(TftpMessage.ReadRequest request, InetSocketAddress client) {
        Optional<MacAddress> mac = client.getAddress() instanceof Inet4Address address ? leases.macAt(address) : Optional.empty();
        if (!BootFiles.isPlain(request.file())) {
            refuse(client, ACCESS_VIOLATION, "only plain names of boot files are served");
            return;
        }
        if (!request.mode().equals("octet")) {
            refuse(client, NOT_DEFINED, "only mode octet is served");
            return;
        }
        BootPhase phase = BootFiles.phase(request.file());
        Optional<Path> file = files.find(request.file());
        if (file.isEmpty()) {
            refuse(client, FILE_NOT_FOUND, "no such boot file");
            if (warning.now("missing-file")) {
                log.atWarn().addKeyValue("client", client).addKeyValue("file", request.file()).log("A boot file that is not there was asked for by TFTP");
            }
            note(mac, phase, "missing-file", "Asked for " + request.file() + ", which is not there", request.file(), client, 0, 0);
            return;
        }
        note(mac, phase, "read-request", "Asks for " + request.file(), request.file(), client, 0, 0);
        long start = System.nanoTime();
        try {
            TftpTransfer.Outcome outcome = new TftpTransfer(file.get(), request, localAddress(), client).run();
            long millis = (System.nanoTime() - start) / 1_000_000;
            switch (outcome) {
                case TftpTransfer.Outcome.Sent(long bytes, long repeated) -> {
                    counters.increment("tftp.files");
                    counters.add("tftp.bytes", bytes);
                    counters.add("tftp.repeats", repeated);
                    note(mac, phase, "file", "Fetched " + request.file(), request.file(), client, bytes, millis);
                }
                case TftpTransfer.Outcome.Stopped(int code, String message) -> {
                    counters.increment("tftp.stopped");
                    log.atDebug().addKeyValue("client", client).addKeyValue("code", code).addKeyValue("reason", message).log("The client ended its transfer");
                }
                case TftpTransfer.Outcome.Silent(long acknowledged) -> {
                    counters.increment("tftp.timeouts");
                    note(mac, phase, "timeout", "Stopped listening in the middle of " + request.file(), request.file(), client, acknowledged, millis);
                }
            }
        } catch (IOException failure) {
            counters.increment("tftp.faults");
            log.atWarn().addKeyValue("client", client).addKeyValue("file", request.file()).addKeyValue("reason", failure.toString()).log("A TFTP transfer failed");
            refuse(client, NOT_DEFINED, "the file could not be read");
        }
    }

    private void note(Optional<MacAddress> mac, BootPhase phase, String event, String message, String file, InetSocketAddress client, long bytes, long millis) {
        if (mac.isEmpty()) {
            counters.increment("tftp.unknown-client");
            return;
        }
        var details = new LinkedHashMap<String, Object>();
        details.put("mac", mac.get().value());
        details.put("address", client.getAddress().getHostAddress());
        details.put("file", file);
        if (bytes > 0) {
            details.put("bytes", bytes);
            details.put("ms", millis);
        }
        directory.observed(mac.get(), phase, "tftp", event, message, details);
    }

    private void refuse(InetSocketAddress client, int code, String message) {
        counters.increment("tftp.refused");
        ByteBuf out = Unpooled.buffer(64);
        new TftpMessage.Failure(code, message).encode(out);
        // from a port of its own, as all answers to a request: strict clients believe no other
        try (var socket = new DatagramSocket(new InetSocketAddress(localAddress(), 0))) {
            socket.send(new java.net.DatagramPacket(out.array(), out.readableBytes(), client));
        } catch (IOException unsent) {
            log.atDebug().addKeyValue("client", client).addKeyValue("reason", unsent.toString()).log("A TFTP refusal could not be sent");
        }
    }

    private InetAddress localAddress() {
        return ((InetSocketAddress) channel.localAddress()).getAddress();
    }

    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            InetSocketAddress client = packet.sender();
            try {
                switch (TftpMessage.decode(packet.content())) {
                    case TftpMessage.ReadRequest request -> {
                        counters.increment("tftp.read-request");
                        var wanted = new Serving(client, request);
                        if (serving.add(wanted) && !handOver.submit(() -> serve(wanted))) {
                            serving.remove(wanted);
                        }
                    }
                    case TftpMessage.WriteRequest _ -> handOver.submit(() -> refuse(client, ACCESS_VIOLATION, "this server is read only"));
                    // errors are not answered with errors, or two servers would never stop
                    case TftpMessage.Failure _ -> { }
                    case TftpMessage.Data _, TftpMessage.Ack _, TftpMessage.OptionAck _ ->
                            handOver.submit(() -> refuse(client, ILLEGAL_OPERATION, "a transfer starts with a request"));
                }
            } catch (DecodeException malformed) {
                counters.increment("tftp.malformed");
                log.atDebug().addKeyValue("from", client).addKeyValue("reason", malformed.getMessage()).log("Dropped a malformed TFTP message");
                handOver.submit(() -> refuse(client, ILLEGAL_OPERATION, "malformed"));
            }
        }

        private void serve(Serving wanted) {
            try {
                read(wanted.request(), wanted.client());
            } finally {
                serving.remove(wanted);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            counters.increment("tftp.faults");
            log.atWarn().addKeyValue("reason", cause.toString()).log("TFTP socket reported an error");
        }
    }
}
