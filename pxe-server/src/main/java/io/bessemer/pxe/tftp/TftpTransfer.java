package io.bessemer.pxe.tftp;

import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// One file on its way to one client, on a connected channel with a port of its own (its TID).
///
/// After each window it waits for an acknowledgement. One of a block within the window moves it there; older ones are ignored, so that
/// a duplicate never doubles the traffic (the "sorcerer's apprentice", RFC 1123 §4.2.3.1). Silence repeats the window, with growing patience.
///
/// A client that has windows says that the first block of one was lost by acknowledging the block before it once more (RFC 7440 §4): the
/// window is repeated at once, but never twice in a row, or a late duplicate would keep every window after it doubled.
///
/// Until the first acknowledgement the client's address is only claimed: it gets one datagram at a time, and few of them.
final class TftpTransfer extends SimpleChannelInboundHandler<DatagramPacket> {
    private static final long LONGEST_TRANSFER = Duration.ofMinutes(10).toNanos();
    private static final long LONGEST_WAIT = Duration.ofSeconds(8).toNanos();
    /// of a measured wait; firmware polls its card, and a repeat that was not needed costs more than waiting
    private static final long SHORTEST_WAIT = Duration.ofMillis(200).toNanos();
    /// silence that ends a transfer: firmware that does something else in the middle comes back in less
    private static final long LONGEST_SILENCE = Duration.ofSeconds(30).toNanos();
    private static final int UNPROVEN_TRIES = 2;
    /// UDP_MAX_SEGMENTS of older kernels, and what fits into one IP packet
    private static final int MOST_SEGMENTS = 64;
    private static final int LARGEST_PACKET = 65_000;
    private static final int HEADER = 4;

    sealed interface Outcome {
        record Sent(long bytes, long blocksRepeated) implements Outcome {}

        /// the client said stop: firmware asks for `tsize` and ends the transfer, to ask anew
        record Stopped(int code, String message) implements Outcome {}

        record Silent(long bytesAcknowledged, long blocksRepeated) implements Outcome {}

        /// ours: the file could not be read, or no socket was to be had
        record Fault(String reason) implements Outcome {}
    }

    private final TftpSource file;
    private final TransferOptions options;
    private final InetSocketAddress client;
    private final Consumer<Outcome> atEnd;
    private final AnswerBuffer answers;
    /// blocks are counted from the start of the file: what 16 bits on the wire cannot say. The last one is short, if only by being empty
    private final long last;
    private long acknowledged;
    private long windowEnd;
    private boolean optionsPending;
    private boolean proven;
    private boolean windowDue;
    private boolean repeatedAtOnce;
    private boolean repeatedAtOnceBefore;
    private boolean segments;
    private boolean ended;
    private int silences;
    private long repeated;
    private long start;
    private long heard;
    private long sent;
    private long patienceEnds;
    private boolean timerRuns;
    /// of one block after the other, each sent before the next is made
    private ByteBuf blockBuffer;
    private ChannelFutureListener closesWhenUnreachable;
    /// round trip and its deviation as RFC 6298 has them; 0 until measured
    private long roundTrip;
    private long deviation;

    /// @param atEnd called once, on the event loop
    TftpTransfer(TftpSource file, TransferOptions options, InetSocketAddress client, Consumer<Outcome> atEnd) {
        this.file = file;
        this.options = options;
        this.client = client;
        this.atEnd = atEnd;
        this.last = file.size() / options.blockSize() + 1;
        this.answers = new AnswerBuffer(options.windowSize() > 1);
        this.optionsPending = !options.granted().isEmpty();
    }

    /// To be read with.
    AnswerBuffer answers() {
        return answers;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        start = System.nanoTime();
        heard = start;
        segments = context.channel() instanceof EpollDatagramChannel && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
        send(context);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
        if (ended) {
            return;
        }
        try {
            switch (TftpMessage.decode(packet.content())) {
                case TftpMessage.Ack(int block) -> acknowledge(context, block);
                case TftpMessage.Failure(int code, String message) -> end(context, new Outcome.Stopped(code, message));
                case TftpMessage.ReadRequest _, TftpMessage.WriteRequest _, TftpMessage.Data _, TftpMessage.OptionAck _ -> { }
            }
        } catch (DecodeException noise) {
            // ignored: the wait goes on
        }
    }

    /// Acknowledgements that came together are answered by one window.
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (windowDue && !ended) {
            send(context);
        }
    }

    private void acknowledge(ChannelHandlerContext context, int block) {
        long now = System.nanoTime();
        if (optionsPending) {
            if (block == 0) {
                optionsPending = false;
                progress(now);
            }
            return;
        }
        long ahead = (block - acknowledged) & 0xffff;
        if (ahead > 0 && acknowledged + ahead <= windowEnd) {
            acknowledged += ahead;
            repeated += windowEnd - acknowledged;
            repeatedAtOnceBefore = repeatedAtOnce;
            progress(now);
            if (acknowledged == last) {
                end(context, new Outcome.Sent(file.size(), repeated));
            }
            return;
        }
        if (ahead == 0 && options.windowSize() > 1 && silences == 0 && !repeatedAtOnce && !repeatedAtOnceBefore && !windowDue) {
            repeatedAtOnce = true;
            repeated += windowEnd - acknowledged;
            heard = now;
            windowDue = true;
        }
    }

    private void progress(long now) {
        if (silences == 0 && !repeatedAtOnce) { // else it is not known which of two sendings was answered (Karn)
            measure(now - sent);
        }
        proven = true;
        heard = now;
        silences = 0;
        repeatedAtOnce = false;
        windowDue = true;
    }

    private void measure(long took) {
        if (roundTrip == 0) {
            roundTrip = Math.max(1, took);
            deviation = took / 2;
            return;
        }
        deviation += (Math.abs(roundTrip - took) - deviation) / 4;
        roundTrip += (took - roundTrip) / 8;
    }

    private long patience() {
        long first = options.timeout().toNanos();
        if (roundTrip > 0 && !options.granted().containsKey("timeout")) { // a timeout that was agreed on is kept, RFC 2349
            first = Math.max(SHORTEST_WAIT, roundTrip + 4 * deviation);
        }
        return Math.min(first << Math.min(silences, 8), Math.max(first, LONGEST_WAIT));
    }

    private void send(ChannelHandlerContext context) {
        windowDue = false;
        try {
            if (optionsPending) {
                ByteBuf out = context.alloc().directBuffer(128);
                new TftpMessage.OptionAck(options.granted()).encode(out);
                write(context, out, 0);
            } else {
                windowEnd = Math.min(last, acknowledged + options.windowSize());
                int together = segments ? Math.clamp(LARGEST_PACKET / (options.blockSize() + HEADER), 1, MOST_SEGMENTS) : 1;
                for (long block = acknowledged + 1; block <= windowEnd; block += together) {
                    long lastOfThem = Math.min(windowEnd, block + together - 1);
                    ByteBuf out = lastOfThem == block ? blockBuffer(context).retain() : context.alloc().directBuffer((int) (lastOfThem - block + 1) * (options.blockSize() + HEADER));
                    write(context, blocks(out, block, lastOfThem), options.blockSize() + HEADER);
                }
            }
            context.flush();
        } catch (IOException failure) {
            context.writeAndFlush(failure(context, "the file could not be read"));
            end(context, new Outcome.Fault(failure.toString()));
            return;
        }
        sent = System.nanoTime();
        patienceEnds = sent + patience();
        if (!timerRuns) {
            await(context, patienceEnds - sent);
        }
    }

    /// One timer for the whole transfer, that looks at each end whether there is patience left: cheaper than one for each window.
    private void await(ChannelHandlerContext context, long nanoseconds) {
        timerRuns = true;
        context.executor().schedule(() -> {
            timerRuns = false;
            long now = System.nanoTime();
            if (ended) {
                return;
            }
            if (now < patienceEnds) {
                await(context, patienceEnds - now);
                return;
            }
            silence(context, now);
        }, nanoseconds, TimeUnit.NANOSECONDS);
    }

    private void silence(ChannelHandlerContext context, long now) {
        repeated += Math.max(1, windowEnd - acknowledged);
        silences++;
        long acknowledgedBytes = Math.min(file.size(), acknowledged * options.blockSize());
        boolean tired = proven ? now - heard > Math.max(LONGEST_SILENCE, 4 * options.timeout().toNanos()) : silences == UNPROVEN_TRIES || now - heard > LONGEST_SILENCE;
        if (now - start > LONGEST_TRANSFER) {
            context.writeAndFlush(failure(context, "transfer took too long"));
            tired = true;
        }
        if (tired) {
            end(context, new Outcome.Silent(acknowledgedBytes, repeated));
            return;
        }
        send(context);
    }

    /// The same for each block, unless the last one waits for room in the socket: without windows, new buffers took a twentieth of the time.
    private ByteBuf blockBuffer(ChannelHandlerContext context) {
        if (blockBuffer != null && blockBuffer.refCnt() == 1) {
            return blockBuffer.clear();
        }
        if (blockBuffer != null) {
            blockBuffer.release();
        }
        blockBuffer = context.alloc().directBuffer(options.blockSize() + HEADER);
        return blockBuffer;
    }

    private ByteBuf blocks(ByteBuf out, long first, long lastOfThem) throws IOException {
        try {
            for (long block = first; block <= lastOfThem; block++) {
                long from = (block - 1) * options.blockSize();
                out.writeShort(TftpMessage.OPCODE_DATA).writeShort((int) block);
                file.read(from, (int) Math.min(options.blockSize(), file.size() - from), out);
            }
            return out;
        } catch (IOException | RuntimeException failure) {
            out.release();
            throw failure;
        }
    }

    /// @param segment 0 for one datagram
    private void write(ChannelHandlerContext context, ByteBuf content, int segment) {
        // a connected socket that is given no address does not look for the way again
        if (segment > 0 && content.readableBytes() > segment) {
            context.write(new SegmentedDatagramPacket(content, segment, client)).addListener(written -> {
                if (!written.isSuccess()) {
                    withoutSegments(context);
                }
            });
            return;
        }
        if (closesWhenUnreachable == null) {
            closesWhenUnreachable = written -> {
                if (written.cause() instanceof PortUnreachableException) {
                    end(context, new Outcome.Stopped(0, "the client closed its port"));
                } // else it is as good as lost on the wire
            };
        }
        context.write(content).addListener(closesWhenUnreachable);
    }

    /// A card or tunnel that cannot have them cut by the kernel: one by one from now on.
    private void withoutSegments(ChannelHandlerContext context) {
        if (segments && !ended) {
            segments = false;
            context.executor().execute(() -> {
                if (!ended) {
                    send(context);
                }
            });
        }
    }

    private static ByteBuf failure(ChannelHandlerContext context, String message) {
        ByteBuf out = context.alloc().directBuffer(64);
        new TftpMessage.Failure(0, message).encode(out);
        return out;
    }

    private void end(ChannelHandlerContext context, Outcome outcome) {
        if (!ended) {
            ended = true;
            // Not here, which may be in the middle of a read: Netty goes on reading a datagram socket that a handler has closed, by a number that may be another
            // file's by then. If that file blocks, the event loop stands still.
            context.executor().execute(context::close);
            release();
            atEnd.accept(outcome);
        }
    }

    private void release() {
        answers.release();
        if (blockBuffer != null) {
            blockBuffer.release();
        }
        try {
            file.close();
        } catch (IOException ofNoConsequence) {
            // it was only read
        }
    }

    /// The channel could not be made.
    void neverBegan(Throwable cause) {
        if (!ended) {
            ended = true;
            release();
            atEnd.accept(new Outcome.Fault(String.valueOf(cause.getMessage())));
        }
    }

    /// The server stops.
    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(context, new Outcome.Silent(0, repeated));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // ICMP says that nobody is there
        end(context, cause instanceof IOException ? new Outcome.Stopped(0, "the client closed its port") : new Outcome.Fault(cause.toString()));
    }
}
