package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.session.IpmiException.Reason;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks BMCs. One UDP socket per event loop serves all of them; each BMC is served by one loop.
public final class IpmiClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IpmiClient.class);
    private static final int RECEIVE_BUFFER = 4 << 20;
    /// more than we read of a datagram, so that a longer one is seen to be
    private static final int DATAGRAM = IpmiPacket.MAX_LENGTH + 16;
    /// taken from the socket at a time (`recvmmsg`)
    private static final int DATAGRAMS = 64;

    private final IpmiSettings settings;
    private final IpmiCounters counters = new IpmiCounters();
    private final MultiThreadIoEventLoopGroup group;
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();
    private final Map<InetSocketAddress, BmcLink> links = new ConcurrentHashMap<>();
    private final Set<SolConsole> consoles = ConcurrentHashMap.newKeySet();

    public IpmiClient(IpmiSettings settings) {
        this.settings = settings;
        boolean epoll = Epoll.isAvailable();
        this.group = new MultiThreadIoEventLoopGroup(settings.eventLoops(), new DefaultThreadFactory("ipmi", true),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Class<? extends DatagramChannel> type = epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
        Bootstrap bootstrap = new Bootstrap().group(group).channel(type)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .handler(new Receiver());
        if (epoll) {
            bootstrap.option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM)
                    .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAMS * DATAGRAM).maxMessagesPerRead(4 * DATAGRAMS));
        } else {
            bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(DATAGRAM));
        }
        try {
            for (int i = 0; i < settings.eventLoops(); i++) {
                lanes.add(new Lane(bootstrap.bind(0).syncUninterruptibly().channel()));
            }
        } catch (RuntimeException e) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /// Hands datagrams to the BMC's link, on the link's own loop.
    @io.netty.channel.ChannelHandler.Sharable
    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            for (Lane lane : lanes) { // a handful
                if (lane.channel() == context.channel()) {
                    lane.readEnds();
                }
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
            counters.add(IpmiCounters.Event.RECEIVED);
            BmcLink link = links.get(datagram.sender());
            if (link == null || datagram.content().readableBytes() > IpmiPacket.MAX_LENGTH) {
                counters.add(link == null ? IpmiCounters.Event.UNEXPECTED : IpmiCounters.Event.MALFORMED);
                return;
            }
            byte[] bytes = new byte[datagram.content().readableBytes()];
            datagram.content().readBytes(bytes);
            if (link.lane().channel() == context.channel()) {
                link.lane().readBegins();
                link.receive(bytes);
            } else {
                counters.add(IpmiCounters.Event.UNEXPECTED);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("IPMI socket: {}", cause.toString());
        }
    }

    /// Asks, and completes with the BMC's answer, whatever its completion code, or with an [IpmiException]. Completes on an event
    /// loop: dependents must not block.
    ///
    /// @param background fails at once while the BMC's circuit breaker is open; other calls always send, and so close it when the BMC is back
    public CompletableFuture<LanMessage.Response> ask(InetSocketAddress bmc, BmcAccess access, IpmiCall call, boolean background) {
        CompletableFuture<LanMessage.Response> answer = new CompletableFuture<>();
        links.computeIfAbsent(bmc, this::link).submit(access, call, background, answer, System.nanoTime() + settings.callTimeout().toNanos());
        return answer;
    }

    /// The same for virtual threads: waits, at most the call timeout. An interrupt takes the call back.
    public LanMessage.Response call(InetSocketAddress bmc, BmcAccess access, IpmiCall call, boolean background) throws IpmiException, InterruptedException {
        CompletableFuture<LanMessage.Response> answer = ask(bmc, access, call, background);
        try {
            return answer.get(settings.callTimeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IpmiException failure) {
                throw failure;
            }
            throw new IllegalStateException("IPMI call failed in an unforeseen way", e.getCause());
        } catch (TimeoutException e) {
            Reason reason = call.repeatable() ? Reason.NO_ANSWER : Reason.UNCERTAIN;
            IpmiException late = new IpmiException(reason, "%s got no answer within %d ms".formatted(call, settings.callTimeout().toMillis()));
            answer.completeExceptionally(late); // not cancelled: what is in flight goes on, and tells the circuit breaker
            throw late;
        } catch (InterruptedException e) {
            answer.cancel(false);
            throw e;
        }
    }

    /// Opens the serial console of a BMC: returns at once, and `listener` is told how it goes. It has a socket of its own, so that its
    /// session is not taken for that of the commands, on the event loop that serves the BMC.
    public SolConsole console(InetSocketAddress bmc, BmcAccess access, SolOptions options, SolConsole.Listener listener) {
        Lane lane = lane(bmc);
        Channel channel = new Bootstrap().group(lane.loop()).channel(lane.channel().getClass())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(2 * IpmiPacket.MAX_LENGTH))
                .handler(new ChannelInboundHandlerAdapter()).bind(0).syncUninterruptibly().channel();
        BmcLink link = new BmcLink(bmc, new Lane(channel), settings, counters);
        channel.pipeline().addLast(new ConsoleReceiver(bmc, link));
        SolConsole[] opened = new SolConsole[1];
        opened[0] = new SolConsole(bmc, link, access, options, settings, listener, () -> {
            // Not while its datagrams are read: Netty would read again by the number of the closed socket, which may be somebody else's by then.
            lane.loop().execute(channel::close);
            consoles.remove(opened[0]);
        });
        consoles.add(opened[0]);
        lane.loop().execute(opened[0]::connect);
        return opened[0];
    }

    /// Hands the datagrams of one BMC to the link of its console.
    private final class ConsoleReceiver extends SimpleChannelInboundHandler<DatagramPacket> {
        private final InetSocketAddress bmc;
        private final BmcLink link;

        ConsoleReceiver(InetSocketAddress bmc, BmcLink link) {
            this.bmc = bmc;
            this.link = link;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
            counters.add(IpmiCounters.Event.RECEIVED);
            int length = datagram.content().readableBytes();
            if (!bmc.equals(datagram.sender()) || length > IpmiPacket.MAX_LENGTH) {
                counters.add(length > IpmiPacket.MAX_LENGTH ? IpmiCounters.Event.MALFORMED : IpmiCounters.Event.UNEXPECTED);
                return;
            }
            byte[] bytes = new byte[length];
            datagram.content().readBytes(bytes);
            link.receive(bytes);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("Socket of the console of {}: {}", bmc, cause.toString());
        }
    }

    private Lane lane(InetSocketAddress bmc) {
        return lanes.get(Math.floorMod(bmc.hashCode(), lanes.size()));
    }

    private BmcLink link(InetSocketAddress bmc) {
        Lane lane = lane(bmc);
        return new BmcLink(bmc, lane, settings, counters);
    }

    /// The cipher suite that a BMC was logged into with last.
    public Optional<CipherSuite> suite(InetSocketAddress bmc) {
        return Optional.ofNullable(links.get(bmc)).map(BmcLink::lastGoodSuite);
    }

    public IpmiSettings settings() {
        return settings;
    }

    public IpmiCounters counters() {
        return counters;
    }

    /// Closes the sessions, as far as one packet each can, and the sockets.
    @Override
    public void close() {
        for (SolConsole console : consoles) {
            lane(console.address()).loop().submit(console::end).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
        for (Lane lane : lanes) {
            List<BmcLink> served = links.values().stream().filter(link -> link.lane() == lane).toList();
            lane.loop().submit(() -> served.forEach(BmcLink::close)).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
        for (Lane lane : lanes) {
            lane.channel().close().awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
