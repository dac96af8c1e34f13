package io.bessemer.pxe.http;

import static io.netty.handler.codec.http.HttpResponseStatus.BAD_REQUEST;
import static io.netty.handler.codec.http.HttpResponseStatus.INTERNAL_SERVER_ERROR;
import static io.netty.handler.codec.http.HttpResponseStatus.METHOD_NOT_ALLOWED;
import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.PARTIAL_CONTENT;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUEST_URI_TOO_LONG;
import static io.netty.handler.codec.http.HttpResponseStatus.SERVICE_UNAVAILABLE;

import io.bessemer.pxe.BootDirectory;
import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.KeptFiles;
import io.bessemer.pxe.PxeCounters;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HTTP on one connection: one request at a time, in order. Auto-read is off; the next request is read when the answer to the last is out.
final class ContentHandler extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(ContentHandler.class);
    /// a second, by a client that is not slow on purpose, once a minute has passed
    private static final long LEAST_BYTES = 1024;
    private static final long LONGEST_REQUEST = TimeUnit.SECONDS.toNanos(60);
    /// a part of a file that is read and sent with its headers in one go; for more, the kernel's way from file to socket is the cheaper one
    private static final int SMALL = 32 << 10;
    /// a file that is kept: nothing is opened for it, and a connection that reads slowly holds no memory of its own
    private static final int SMALL_KEPT = 64 << 10;

    private final Content content;
    private final HandOver handOver;
    private final ImageTurns turns;
    private final PxeCounters counters;
    private boolean answering;
    /// since when a request is waited for, and the look at it
    private long waitingSince;
    private ScheduledFuture<?> deadline;
    /// the file that is on its way, and since when; null when none is
    private DefaultFileRegion sending;
    private long sendingSince;

    ContentHandler(Content content, ImageTurns turns, HandOver handOver, PxeCounters counters) {
        this.content = content;
        this.turns = turns;
        this.handOver = handOver;
        this.counters = counters;
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
            if (sending != null && tooSlow(context.executor().ticker().nanoTime() - sendingSince, sending.transferred())) {
                counters.increment("http.slow-reader");
                context.close();
            }
        }, 10, 10, TimeUnit.SECONDS);
        context.read();
    }

    static boolean tooSlow(long nanoseconds, long bytes) {
        return TimeUnit.NANOSECONDS.toSeconds(nanoseconds - LONGEST_REQUEST) > bytes / LEAST_BYTES;
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
            var response = text(METHOD_NOT_ALLOWED, "only GET and HEAD\n");
            response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
            finish(channel, channel.writeAndFlush(closing(response)), false);
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
            finish(channel, channel.writeAndFlush(closing(text(HttpResponseStatus.NOT_FOUND, "not found\n"))), false);
        } catch (IOException | RuntimeException fault) {
            counters.increment("http.faults");
            log.atError().setCause(fault).addKeyValue("client", channel.remoteAddress()).log("A request for content failed");
            refuse(channel, INTERNAL_SERVER_ERROR, "internal error\n", head);
        }
    }

    private void later(Channel channel, String why, boolean keepAlive) {
        var response = text(SERVICE_UNAVAILABLE, why);
        response.headers().set(HttpHeaderNames.RETRY_AFTER, 1);
        finish(channel, channel.writeAndFlush(keepAlive ? response : closing(response)), keepAlive);
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
                        send(channel, file, false, range, keepAlive, turn::end);
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
                var response = text(SERVICE_UNAVAILABLE, "neighbours have it\n");
                response.headers().set(NeighbourClaim.NAMED_HEADER, givers.stream().map(giver -> giver.getAddress().getHostAddress() + ":" + giver.getPort()).collect(Collectors.joining(",")));
                finish(channel, channel.writeAndFlush(keepAlive ? response : closing(response)), keepAlive);
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
                DefaultFullHttpResponse response = text(HttpResponseStatus.valueOf(status), head ? "" : body);
                response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CACHE_CONTROL, "no-store");
                if (status == 401) {
                    response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
                }
                if (head) { // a script is made anew for each GET: its length is not known
                    response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
                }
                boolean stay = keepAlive && !head;
                finish(channel, channel.writeAndFlush(stay ? response : closing(response)), stay);
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
            send(channel, file, head, range, keepAlive, _ -> turns.boots(-1));
        } catch (IOException | RuntimeException failure) {
            turns.boots(-1);
            throw failure;
        }
    }

    /// On a virtual thread, or on the connection's event loop.
    ///
    /// @param over called once with the bytes that went out, unless this throws
    private void send(Channel channel, Content.Answer.File answer, boolean head, String rangeHeader, boolean keepAlive, LongConsumer over) throws IOException {
        long start = System.nanoTime();
        long length = answer.found().attributes().size();
        ByteRange range = head ? new ByteRange.Whole() : ByteRange.parse(rangeHeader, length);
        if (range instanceof ByteRange.Unsatisfiable) {
            DefaultFullHttpResponse response = text(REQUESTED_RANGE_NOT_SATISFIABLE, "the file has " + length + " bytes\n");
            response.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
            finish(channel, channel.writeAndFlush(keepAlive ? response : closing(response)), keepAlive);
            over.accept(0);
            return;
        }
        ByteRange.Part part = range instanceof ByteRange.Part some ? some : new ByteRange.Part(0, length - 1);
        HttpResponseStatus status = range instanceof ByteRange.Part ? PARTIAL_CONTENT : OK;
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders(); // they are ours
        headers.set(HttpHeaderNames.CONTENT_TYPE, answer.type()).set(HttpHeaderNames.CONTENT_LENGTH, part.length()).set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
        answer.headers().forEach(headers::set);
        if (range instanceof ByteRange.Part) {
            headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes " + part.first() + "-" + part.last() + "/" + length);
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (head) {
            channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
            finish(channel, channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), keepAlive);
            over.accept(0);
            return;
        }
        long bytes = part.length();
        if (bytes <= SMALL || isKept(answer)) {
            ByteBuf content = small(channel, answer, part);
            channel.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content, headers, EmptyHttpHeaders.INSTANCE),
                    out(channel, answer, part.last() == length - 1, bytes, start, keepAlive, over));
            return;
        }
        FileChannel file = FileChannel.open(answer.found().path(), StandardOpenOption.READ);
        ChannelPromise out = out(channel, answer, part.last() == length - 1, bytes, start, keepAlive, over);
        Runnable write = () -> {
            cork(channel, true);
            channel.write(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers));
            sending = new DefaultFileRegion(file, part.first(), bytes);
            sendingSince = channel.eventLoop().ticker().nanoTime();
            channel.write(sending); // closes the file when it is out
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT, out);
        };
        if (channel.eventLoop().inEventLoop()) {
            write.run();
            return;
        }
        channel.eventLoop().execute(write); // one wake-up instead of three
    }

    private ChannelPromise out(Channel channel, Content.Answer.File answer, boolean toTheEnd, long bytes, long start, boolean keepAlive, LongConsumer over) {
        ChannelPromise out = channel.newPromise();
        out.addListener(done -> {
            if (sending != null) {
                sending = null;
                cork(channel, false);
            }
            over.accept(done.isSuccess() ? bytes : 0);
            if (!done.isSuccess()) {
                counters.increment("http.broken-off");
                return;
            }
            counters.add("http.bytes", bytes);
            if (toTheEnd) {
                answer.sent().all(bytes, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).ifPresent(handOver::submit);
            }
        });
        finish(channel, out, keepAlive);
        return out;
    }

    /// Headers leave together with the begin of their file. A packet of their own wakes the reader before there is a file to read: where it has the server's processors, that took up to a third of the rate.
    private static void cork(Channel channel, boolean corked) {
        if (channel instanceof EpollSocketChannel epoll && channel.isOpen()) {
            epoll.config().setTcpCork(corked);
        }
    }

    private static boolean isKept(Content.Answer.File answer) {
        return answer.kept().isPresent() && answer.found().attributes().size() <= SMALL_KEPT;
    }

    private static ByteBuf small(Channel channel, Content.Answer.File answer, ByteRange.Part part) throws IOException {
        if (isKept(answer)) {
            ByteBuf whole = answer.kept().get().whole(answer.found());
            return whole.readerIndex((int) part.first()).writerIndex((int) part.last() + 1);
        }
        ByteBuf bytes = channel.alloc().directBuffer((int) part.length());
        try (FileChannel file = FileChannel.open(answer.found().path(), StandardOpenOption.READ)) {
            KeptFiles.append(file, part.first(), (int) part.length(), bytes);
            return bytes;
        } catch (IOException | RuntimeException failure) {
            bytes.release();
            throw failure;
        }
    }

    private void refuse(Channel channel, HttpResponseStatus status, String body, boolean head) {
        answering = true;
        finish(channel, channel.writeAndFlush(closing(text(status, head ? "" : body))), false);
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

    private static DefaultFullHttpResponse text(HttpResponseStatus status, String body) {
        var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8").set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
        return response;
    }

    private static <R extends HttpResponse> R closing(R response) {
        response.headers().set(HttpHeaderNames.CONNECTION, "close");
        return response;
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
