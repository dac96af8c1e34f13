package io.bessemer.pxe.http;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;
import static io.netty.handler.codec.http.HttpResponseStatus.PARTIAL_CONTENT;
import static io.netty.handler.codec.http.HttpResponseStatus.REQUESTED_RANGE_NOT_SATISFIABLE;

import io.bessemer.pxe.HandOver;
import io.bessemer.pxe.KeptFiles;
import io.bessemer.pxe.PxeCounters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
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
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/// Files, whole and in ranges (RFC 9110 §14), on one connection: small ones from memory, others by the kernel from file to socket.
final class FileSending {
    /// a second, by a client that is not slow on purpose, once a minute has passed
    private static final long LEAST_BYTES = 1024;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    /// a part of a file that is read and sent with its headers in one go; for more, the kernel's way from file to socket is the cheaper one
    private static final int SMALL = 32 << 10;
    /// a file that is kept: nothing is opened for it, and a connection that reads slowly holds no memory of its own
    private static final int SMALL_KEPT = 64 << 10;

    private final HandOver handOver;
    private final PxeCounters counters;
    private final Finish finish;
    /// the file that is on its way, and since when; null when none is. Of the event loop
    private DefaultFileRegion sending;
    private long sendingSince;

    /// What becomes of the connection once an answer is out.
    @FunctionalInterface
    interface Finish {
        void after(Channel channel, ChannelFuture written, boolean keepAlive);
    }

    FileSending(HandOver handOver, PxeCounters counters, Finish finish) {
        this.handOver = handOver;
        this.counters = counters;
        this.finish = finish;
    }

    /// Whether a file is on its way whose client takes next to nothing of it. On the event loop.
    boolean tooSlow(long now) {
        return sending != null && tooSlow(now - sendingSince, sending.transferred());
    }

    static boolean tooSlow(long nanoseconds, long bytes) {
        return TimeUnit.NANOSECONDS.toSeconds(nanoseconds - PATIENCE) > bytes / LEAST_BYTES;
    }

    /// On a virtual thread, or on the connection's event loop.
    ///
    /// @param over called once with the bytes that went out, unless this throws
    void send(Channel channel, Content.Answer.File answer, boolean head, String rangeHeader, boolean keepAlive, LongConsumer over) throws IOException {
        long start = System.nanoTime();
        long length = answer.found().attributes().size();
        ByteRange range = head ? new ByteRange.Whole() : ByteRange.parse(rangeHeader, length);
        if (range instanceof ByteRange.Unsatisfiable) {
            DefaultFullHttpResponse response = PlainAnswer.text(REQUESTED_RANGE_NOT_SATISFIABLE, "the file has " + length + " bytes\n");
            response.headers().set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
            finish.after(channel, channel.writeAndFlush(keepAlive ? response : PlainAnswer.closing(response)), keepAlive);
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
            finish.after(channel, channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT), keepAlive);
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
        finish.after(channel, out, keepAlive);
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
}
