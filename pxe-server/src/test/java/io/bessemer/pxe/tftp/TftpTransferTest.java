package io.bessemer.pxe.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TftpTransferTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 2070);
    private static final InetSocketAddress SERVER = new InetSocketAddress("127.0.0.1", 1069);

    /// Netty's loop goes on reading by the socket's number, which another thread may have got for a socket of its own: seen in a soak, where that
    /// one blocks, and neither DHCP nor TFTP was served any more.
    @Test
    void the_last_acknowledgement_closes_the_socket_only_after_it_was_read() {
        List<Object> ends = new ArrayList<>();
        ByteBuf file = Unpooled.copiedBuffer("ten bytes!", StandardCharsets.US_ASCII);
        var transfer = new TftpTransfer(new TftpSource.Kept(file), TransferOptions.negotiate(Map.of("windowsize", "4"), file.readableBytes()), CLIENT, ends::add);
        var channel = new EmbeddedChannel(transfer);
        channel.pipeline().fireChannelRead(acknowledgement(0)); // of the options
        channel.pipeline().fireChannelReadComplete();
        channel.pipeline().fireChannelRead(acknowledgement(1));
        assertThat(ends).hasSize(1);
        assertThat(channel.isOpen()).isTrue();
        channel.pipeline().fireChannelRead(acknowledgement(1)); // came twice, and is in the same loop
        channel.pipeline().fireChannelReadComplete();
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(ends).hasSize(1);
        channel.finishAndReleaseAll();
    }

    private static DatagramPacket acknowledgement(int block) {
        return new DatagramPacket(Unpooled.buffer().writeShort(4).writeShort(block), SERVER, CLIENT);
    }
}
