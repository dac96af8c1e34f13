package io.bessemer.pxe.tftp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.BootFiles;
import io.bessemer.pxe.Closing;
import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.KeptFiles;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Seldom;
import io.bessemer.pxe.dhcp.LeaseIndex;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes requests on port 69 of one interface and starts a `TftpTransfer` for each.
public final class TftpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TftpServer.class);
    private static final int NOT_DEFINED = 0;
    private static final int FILE_NOT_FOUND = 1;
    private static final int ACCESS_VIOLATION = 2;
    private static final int ILLEGAL_OPERATION = 4;
    /// at a time; each has a socket
    private static final int MOST_TRANSFERS = 512;
    private static final int MOST_WAITING = 4096;
    /// a thousand machines ask in the same moment; the kernel grants what net.core.rmem_max allows
    private static final int REQUESTS_BUFFER = 4 << 20;
    private static final int MOST_REFUSALS_A_SECOND = 1000;

    private final Seldom warning = new Seldom();
    private final BootFiles files;
    private final BootDirectory directory;
    private final LeaseIndex leases;
    private final HandOver handOver;
    private final PxeCounters counters;
    private final LookAgain look;
    /// a repeated request is not a second transfer; but firmware may end one and ask anew from the same port with other options
    private record Serving(InetSocketAddress client, TftpMessage.ReadRequest request) {}

    private final TftpTurns<Serving> turns = new TftpTurns<>(MOST_TRANSFERS, MOST_WAITING);
    private final KeptFiles kept;
    private final ChannelGroup transfers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    /// which second, and how many in it
    private final long[] refusalsOfSecond = new long[2];
    private EventLoopGroup loops;
    private ChannelFactory<? extends DatagramChannel> sockets;
    private Channel channel;
    private volatile Channel refusals;
    private volatile boolean stopping;

    /// @param look of the loops that it will be bound to
    public TftpServer(BootFiles files, KeptFiles kept, BootDirectory directory, LeaseIndex leases, HandOver handOver, PxeCounters counters, LookAgain look) {
        this.files = files;
        this.kept = kept;
        this.directory = directory;
        this.leases = leases;
        this.handOver = handOver;
        this.counters = counters;
        this.look = look;
    }

    /// @throws Exception what the kernel said
    public void bind(EventLoopGroup loops, ChannelFactory<? extends DatagramChannel> sockets, InetAddress address, int port) throws Exception {
        this.loops = loops;
        this.sockets = sockets;
        refusals = new Bootstrap().group(loops).channelFactory(sockets).handler(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ReferenceCountUtil.release(message); // nobody is listened to here
            }
        }).bind(address, 0).sync().channel();
        channel = new Bootstrap().group(loops).channelFactory(sockets).option(ChannelOption.SO_RCVBUF, REQUESTS_BUFFER).handler(new Receiver()).bind(address, port).sync().channel();
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        stopping = true;
        if (channel != null) {
            Closing.await(channel.close());
        }
        if (refusals != null) {
            Closing.await(refusals.close());
        }
        Closing.await(transfers.close());
    }

    /// On an event loop: waits for nothing but the file system, as each block of a large file does. Two threads more on the way to the first block took as long as twenty blocks.
    private void begin(Serving wanted) {
        if (stopping) {
            return;
        }
        TftpMessage.ReadRequest request = wanted.request();
        InetSocketAddress client = wanted.client();
        if (!BootFiles.isPlain(request.file())) {
            refuse(client, ACCESS_VIOLATION, "only plain names of boot files are served");
            ended(wanted);
            return;
        }
        if (!request.mode().equals("octet")) {
            refuse(client, NOT_DEFINED, "only mode octet is served");
            ended(wanted);
            return;
        }
        Optional<BootFiles.Found> file = files.look(request.file());
        if (file.isEmpty()) {
            refuse(client, FILE_NOT_FOUND, "no such boot file");
            ended(wanted);
            if (warning.now("missing-file")) {
                log.atWarn().addKeyValue("client", client).addKeyValue("file", request.file()).log("A boot file that is not there was asked for by TFTP");
            }
            handOver.submit(() -> note(wanted, "missing-file", "Asked for " + request.file() + ", which is not there", 0, 0));
            return;
        }
        var asked = new CompletableFuture<Void>();
        boolean toBeNoted = handOver.submit(() -> {
            note(wanted, "read-request", "Asks for " + request.file(), 0, 0);
            asked.complete(null);
        });
        if (!toBeNoted) {
            asked.complete(null);
        }
        long start = System.nanoTime();
        TftpSource source;
        try {
            source = TftpSource.open(file.get(), kept);
        } catch (IOException failure) {
            failed(client, request.file(), failure.toString());
            ended(wanted);
            return;
        }
        var transfer = new TftpTransfer(source, TransferOptions.negotiate(request.options(), source.size()), client, outcome -> {
            look.ends();
            ended(wanted);
            long millis = (System.nanoTime() - start) / 1_000_000;
            asked.thenRun(() -> handOver.submit(() -> account(outcome, wanted, millis))); // its notes come in their order
        });
        look.begins();
        new Bootstrap().group(loops).channelFactory(sockets).option(ChannelOption.RCVBUF_ALLOCATOR, transfer.answers()).handler(transfer)
                .connect(client, new InetSocketAddress(localAddress(), 0)).addListener((ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                transfers.add(connected.channel());
                return;
            }
            transfer.neverBegan(connected.cause());
        });
    }

    /// On a virtual thread, as what is noted waits for the directory.
    private void account(TftpTransfer.Outcome outcome, Serving served, long millis) {
        String file = served.request().file();
        switch (outcome) {
            case TftpTransfer.Outcome.Sent(long bytes, long repeated) -> {
                counters.increment("tftp.files");
                counters.add("tftp.bytes", bytes);
                counters.add("tftp.repeats", repeated);
                note(served, "file", "Fetched " + file, bytes, millis);
            }
            case TftpTransfer.Outcome.Stopped(int code, String message) -> {
                counters.increment("tftp.stopped");
                log.atDebug().addKeyValue("client", served.client()).addKeyValue("code", code).addKeyValue("reason", message).log("The client ended its transfer");
            }
            case TftpTransfer.Outcome.Silent(long acknowledged, long repeated) -> {
                counters.increment("tftp.timeouts");
                counters.add("tftp.repeats", repeated);
                note(served, "timeout", "Stopped listening in the middle of " + file, acknowledged, millis);
            }
            case TftpTransfer.Outcome.Fault(String reason) -> failed(served.client(), file, reason);
        }
    }

    private void failed(InetSocketAddress client, String file, String reason) {
        counters.increment("tftp.faults");
        log.atWarn().addKeyValue("client", client).addKeyValue("file", file).addKeyValue("reason", reason).log("A TFTP transfer failed");
        refuse(client, NOT_DEFINED, "the file could not be read");
    }

    /// The next is begun by itself, not from here: thousands that wait for a file that is not there would be begun each in the middle of the one before.
    private void ended(Serving served) {
        turns.end(served, System.nanoTime()).ifPresent(next -> loops.execute(() -> begin(next)));
    }

    private void note(Serving served, String event, String message, long bytes, long millis) {
        InetSocketAddress client = served.client();
        Optional<MacAddress> mac = client.getAddress() instanceof Inet4Address address ? leases.macAt(address) : Optional.empty();
        if (mac.isEmpty()) {
            counters.increment("tftp.unknown-client");
            return;
        }
        String file = served.request().file();
        var details = new LinkedHashMap<String, Object>();
        details.put("mac", mac.get().value());
        details.put("address", client.getAddress().getHostAddress());
        details.put("file", file);
        if (bytes > 0) {
            details.put("bytes", bytes);
            details.put("ms", millis);
        }
        directory.observed(mac.get(), BootFiles.phase(file), "tftp", event, message, details);
    }

    /// From a port of its own, as all answers to a request: strict clients believe no other. Whoever sends forged datagrams in numbers gets few of them answered.
    private void refuse(InetSocketAddress client, int code, String message) {
        counters.increment("tftp.refused");
        if (refusals == null || !refusals.isWritable() || !mayRefuse()) {
            counters.increment("tftp.refused-silently");
            return;
        }
        ByteBuf out = refusals.alloc().directBuffer(64);
        new TftpMessage.Failure(code, message).encode(out);
        refusals.writeAndFlush(new DatagramPacket(out, client));
    }

    private boolean mayRefuse() {
        long second = System.nanoTime() / 1_000_000_000;
        synchronized (refusalsOfSecond) {
            if (refusalsOfSecond[0] != second) {
                refusalsOfSecond[0] = second;
                refusalsOfSecond[1] = 0;
            }
            return refusalsOfSecond[1]++ < MOST_REFUSALS_A_SECOND;
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
                        switch (turns.ask(wanted, System.nanoTime())) {
                            case NOW -> begin(wanted);
                            case LATER -> counters.increment("tftp.waited");
                            case NEVER -> counters.increment("tftp.dropped"); // it asks again
                            case KNOWN -> { }
                        }
                    }
                    case TftpMessage.WriteRequest _ -> refuse(client, ACCESS_VIOLATION, "this server is read only");
                    // errors are not answered with errors, or two servers would never stop
                    case TftpMessage.Failure _ -> { }
                    case TftpMessage.Data _, TftpMessage.Ack _, TftpMessage.OptionAck _ ->
                            refuse(client, ILLEGAL_OPERATION, "a transfer starts with a request");
                }
            } catch (DecodeException malformed) {
                counters.increment("tftp.malformed");
                log.atDebug().addKeyValue("from", client).addKeyValue("reason", malformed.getMessage()).log("Dropped a malformed TFTP message");
                refuse(client, ILLEGAL_OPERATION, "malformed");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            counters.increment("tftp.faults");
            log.atWarn().addKeyValue("reason", cause.toString()).log("TFTP socket reported an error");
        }
    }
}
