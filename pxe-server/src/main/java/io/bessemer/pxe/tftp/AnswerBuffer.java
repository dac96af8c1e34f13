package io.bessemer.pxe.tftp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/// Where one transfer's acknowledgements are read into. They are short, and each is done with before the next is read: one buffer serves them all.
///
/// A client without windows has one acknowledgement on its way, so the socket is asked once for each; else until it is empty, as acknowledgements
/// that came together are answered by one window.
final class AnswerBuffer extends DefaultMaxMessagesRecvByteBufAllocator {
    /// an ERROR's text may be cut
    private static final int LARGEST = 512;
    private static final int MOST_TOGETHER = 16;

    private ByteBuf buffer;
    private boolean released;

    AnswerBuffer(boolean windows) {
        super(windows ? MOST_TOGETHER : 1);
    }

    /// On the event loop, at the end of the transfer.
    void release() {
        released = true;
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    @Override
    public Handle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return LARGEST;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                if (released || buffer != null && buffer.refCnt() > 1) {
                    return super.allocate(allocator);
                }
                if (buffer == null) {
                    buffer = super.allocate(allocator);
                }
                return buffer.clear().retain();
            }
        };
    }
}
