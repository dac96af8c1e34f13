package io.bessemer.pxe.http;

import io.bessemer.core.network.VisitorLimit;
import io.bessemer.core.network.Visitors;
import io.bessemer.pxe.Closing;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.PxeCounters;
import io.bessemer.pxe.Subnet;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// HTTP on one interface.
public final class ContentServer implements AutoCloseable {
    private static final int LONGEST_REQUEST_LINE = 2048;
    private static final int LARGEST_HEADERS = 8192;
    private static final int LARGEST_CHUNK = 4096;
    /// a machine that writes its image has four; those who wait for their turn stay connected
    private static final int MOST_CONNECTIONS = 8192;
    private static final long LOOK_AT_TURNS_MILLISECONDS = 50;
    /// a connection on which nothing moved for so long, in either direction, is closed
    private static final long IDLE_SECONDS = 60;

    private final Content content;
    private final ImageTurns turns;
    private final Visitors visitors;
    private final HandOver handOver;
    private final PxeCounters counters;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private Channel channel;
    private ScheduledFuture<?> looks;

    /// @param imageMachines that fetch images at a time, 0 for a measured number
    /// @param networks      whose machines reach each other
    /// @param visitors      connections of one address
    public ContentServer(Content content, int imageMachines, List<Subnet> networks, VisitorLimit visitors, HandOver handOver, PxeCounters counters) {
        this.content = content;
        this.turns = new ImageTurns(new ImageTurnLimit(imageMachines), new Neighbourhood(networks, counters), counters);
        this.visitors = new Visitors(visitors);
        this.handOver = handOver;
        this.counters = counters;
    }

    /// @throws Exception what the kernel said
    public void bind(EventLoopGroup loops, Class<? extends ServerChannel> type, InetAddress address, int port) throws Exception {
        channel = new ServerBootstrap().group(loops).channel(type)
                .option(ChannelOption.SO_REUSEADDR, true).option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true).childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        if (connections.size() >= MOST_CONNECTIONS) {
                            counters.increment("http.dropped");
                            connection.close();
                            return;
                        }
                        if (connection.remoteAddress() instanceof InetSocketAddress remote) {
                            if (!visitors.enter(remote.getAddress())) {
                                counters.increment("http.refused-address");
                                connection.pipeline().addLast(new Refusal());
                                return;
                            }
                            connection.closeFuture().addListener(_ -> visitors.leave(remote.getAddress()));
                        }
                        connections.add(connection);
                        var limits = new HttpDecoderConfig().setMaxInitialLineLength(LONGEST_REQUEST_LINE).setMaxHeaderSize(LARGEST_HEADERS).setMaxChunkSize(LARGEST_CHUNK);
                        connection.pipeline().addLast(
                                new IdleStateHandler(true, 0, 0, IDLE_SECONDS, TimeUnit.SECONDS), new HttpServerCodec(limits),
                                new FlowControlHandler(), new ContentHandler(content, turns, handOver, counters));
                    }
                }).bind(address, port).sync().channel();
        looks = loops.next().scheduleWithFixedDelay(() -> turns.tick(System.nanoTime()), LOOK_AT_TURNS_MILLISECONDS, LOOK_AT_TURNS_MILLISECONDS, TimeUnit.MILLISECONDS);
    }

    /// For an address that has as many connections as it may: whatever it wants to ask.
    private static final class Refusal extends ChannelInboundHandlerAdapter {
        private static final byte[] ANSWER = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 44\r\nConnection: close\r\n\r\nyour address has too many connections here\r\n".getBytes(StandardCharsets.US_ASCII);

        @Override
        public void channelActive(ChannelHandlerContext context) {
            context.writeAndFlush(Unpooled.wrappedBuffer(ANSWER)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    public int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        if (channel != null) {
            looks.cancel(false);
            Closing.await(channel.close());
        }
        Closing.await(connections.close());
    }
}
