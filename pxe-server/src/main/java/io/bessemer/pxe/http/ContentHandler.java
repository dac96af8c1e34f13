package io.bessemer.pxe.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.PxeCounters;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HTTP on one connection: one request at a time, in order. Auto-read is off; the next request is read when the answer to the last is out.
final class ContentHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ContentHandler.class);
    private static final long LONGEST_REQUEST = TimeUnit.SECONDS.toNanos(60);

    private final Content content;
    private final HandOver handOver;
    private final ImageTurns turns;
    private final PxeCounters counters;
    private final FileSending files;
    private boolean answering;
    /// since when a request is waited for, and the look at it
    private long waitingSince;
    private ScheduledFuture<?> deadline;

    ContentHandler(Content content, ImageTurns turns, HandOver handOver, PxeCounters counters) {
        this.content = content;
        this.turns = turns;
        this.handOver = handOver;
        this.counters = counters;
        this.files = new FileSending(handOver, counters, this::finish);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        counters.increment("http.connections");
        waitingSince = context.executor().ticker().nanoTime();
        deadline = context.executor().scheduleWithFixedDelay(() -> {
            if (!answering && context.executor().ticker().nanoTime() - waitingSince > LONGEST_REQUEST) { // also one that comes byte by byte
                counters.increment("http.slow");
                context.close();
            }
            if (files.tooSlow(context.executor().ticker().nanoTime())) {
                counters.increment("http.slow-reader");
                context.close();
            }
        }, 10, 10, TimeUnit.SECONDS);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!(message instanceof HttpObject object)) {
                return;
            }
            if (object.decoderResult().isFailure()) {
                counters.increment("http.malformed");
                refuse(context.channel(), malformed(object.decoderResult().cause()), "malformed request\n", false);
                return;
            }
            switch (object) {
                case HttpRequest request -> begin(context, request);
                case LastHttpContent _ -> {
                    if (!answering) {
                        context.read();
                    }
                }
                default -> context.read();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    /// A part of a request came, which makes no message yet: the rest must be asked for.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!answering) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    private void begin(ChannelHandlerContext context, HttpRequest request) {
        counters.increment("http.requests");
        Channel channel = context.channel();
        answering = true;
        boolean head = request.method().equals(HttpMethod.HEAD);
        if (!head && !request.method().equals(HttpMethod.GET)) {
            var response = PlainAnswer.text(METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            finish(channel, channel.writeAndFlush(PlainAnswer.closing(response)), false);
            return;
        }
        if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
            refuse(channel, BAD_REQUEST, "a request here has no body\n", head);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(request);
        String target = request.uri();
        String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
        // a range of a representation that changed would be wrong, and we give no validators to compare with
        String range = request.headers().contains(HttpHeaderNames.IF_RANGE) ? null : request.headers().get(HttpHeaderNames.RANGE);
        Optional<Content.Answer.File> bootFile = content.bootFileAtOnce(target, ((InetSocketAddress) channel.remoteAddress()).getAddress());
        if (bootFile.isPresent()) {
            guarded(channel, head, () -> sendBootFile(channel, bootFile.get(), head, range, keepAlive));
            return;
        }
        String claim = request.headers().get(NeighbourClaim.CLAIM_HEADER);
        work(channel, head, () -> answer(channel, target, head, authorization, claim, range, keepAlive));
    }

    private interface Work {
        void run() throws IOException;
    }

    /// On a virtual thread.
    private boolean work(Channel channel, boolean head, Work work) {
        boolean accepted = handOver.submit(() -> guarded(channel, head, work));
        if (!accepted) {
            later(channel, "too many requests at a time\n", false);
        }
        return accepted;
    }

    private void guarded(Channel channel, boolean head, Work work) {
        try {
            work.run();
        } catch (NoSuchFileException | AccessDeniedException gone) {
            finish(channel, channel.writeAndFlush(PlainAnswer.closing(PlainAnswer.text(HttpResponseStatus.NOT_FOUND, "not found\n"))), false);
        } catch (IOException | RuntimeException fault) {
            counters.increment("http.faults");
            log.atError().setCause(fault).addKeyValue("client", channel.remoteAddress()).log("A request for content failed");
            refuse(channel, INTERNAL_SERVER_ERROR, "internal error\n", head);
        }
    }

    private void later(Channel channel, String why, boolean keepAlive) {
        var response = PlainAnswer.text(SERVICE_UNAVAILABLE, why);
        response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
        finish(channel, channel.writeAndFlush(keepAlive ? response : PlainAnswer.closing(response)), keepAlive);
    }

    /// A part of an image, when its machine's turn comes.
    ///
    /// @param claimed null when the machine says nothing of neighbours
    private void sendInTurn(Channel channel, Content.Part part, String claimed, Content.Answer.File file, String range, boolean keepAlive) {
        turns.ask(part.reader(), claim(channel, part, claimed), new ImageTurns.Request() {
            @Override
            public void begin(ImageTurns.Turn turn) {
                boolean accepted = work(channel, false, () -> {
                    try {
                        files.send(channel, file, false, range, keepAlive, turn::end);
                    } catch (IOException | RuntimeException failure) {
                        turn.end(0);
                        throw failure;
                    }
                });
                if (!accepted) {
                    turn.end(0);
                }
            }

            @Override
            public void tellToWait(int before) {
                later(channel, "waits for its turn to fetch the image: " + before + " machines before it\n", keepAlive);
            }

            @Override
            public void tellNeighbours(List<InetSocketAddress> givers) {
                var response = PlainAnswer.text(SERVICE_UNAVAILABLE, "neighbours have it\n");
                response.headers().set(NeighbourClaim.NAMED_HEADER, givers.stream().map(giver -> giver.getAddress().getHostAddress() + ":" + giver.getPort()).collect(Collectors.joining(",")));
                finish(channel, channel.writeAndFlush(keepAlive ? response : PlainAnswer.closing(response)), keepAlive);
            }

            @Override
            public boolean isWanted() {
                return channel.isActive();
            }
        }, System.nanoTime());
    }

    private Optional<NeighbourClaim> claim(Channel channel, Content.Part part, String claimed) {
        return content.neighbours() ? NeighbourClaim.parse(claimed, part.image(), ((InetSocketAddress) channel.remoteAddress()).getAddress(), counters) : Optional.empty();
    }

    private void answer(Channel channel, String target, boolean head, String authorization, String claim, String range, boolean keepAlive) throws IOException {
        var local = (InetSocketAddress) channel.localAddress();
        String server = "http://" + local.getAddress().getHostAddress() + ":" + local.getPort();
        switch (content.answer(target, ((InetSocketAddress) channel.remoteAddress()).getAddress(), authorization, server, head)) {
            case Content.Answer.Text(int status, String type, String body) -> {
                DefaultFullHttpResponse response = PlainAnswer.text(HttpResponseStatus.valueOf(status), head ? "" : body);
                response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
                if (status == 401) {
                    response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
                }
                if (head) { // a script is made anew for each GET: its length is not known
                    response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
                }
                boolean stay = keepAlive && !head;
                finish(channel, channel.writeAndFlush(stay ? response : PlainAnswer.closing(response)), stay);
            }
            case Content.Answer.File file -> {
                if (file.part().isPresent() && !head) {
                    sendInTurn(channel, file.part().get(), claim, file, range, keepAlive);
                    return;
                }
                file.part().ifPresent(part -> claim(channel, part, claim).ifPresent(said -> turns.tell(part.reader(), said, System.nanoTime())));
                sendBootFile(channel, file, head, range, keepAlive);
            }
        }
    }

    private void sendBootFile(Channel channel, Content.Answer.File file, boolean head, String range, boolean keepAlive) throws IOException {
        turns.boots(1);
        try {
            files.send(channel, file, head, range, keepAlive, _ -> turns.boots(-1));
        } catch (IOException | RuntimeException failure) {
            turns.boots(-1);
            throw failure;
        }
    }

    private void refuse(Channel channel, HttpResponseStatus status, String body, boolean head) {
        answering = true;
        finish(channel, channel.writeAndFlush(PlainAnswer.closing(PlainAnswer.text(status, head ? "" : body))), false);
    }

    private void finish(Channel channel, ChannelFuture written, boolean keepAlive) {
        if (!keepAlive) {
            written.addListener(ChannelFutureListener.CLOSE);
            return;
        }
        written.addListener(done -> {
            if (!done.isSuccess()) {
                channel.close();
                return;
            }
            answering = false; // listeners run on the event loop
            waitingSince = channel.eventLoop().ticker().nanoTime();
            channel.read();
        });
    }

    private static HttpResponseStatus malformed(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException _ -> REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> REQUEST_HEADER_FIELDS_TOO_LARGE;
            case null, default -> BAD_REQUEST;
        };
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            counters.increment("http.idle");
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        log.atDebug().addKeyValue("client", context.channel().remoteAddress()).addKeyValue("reason", cause.toString()).log("Connection ended");
        context.close();
    }
}
