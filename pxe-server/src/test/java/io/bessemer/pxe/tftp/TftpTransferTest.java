package io.bessemer.pxe.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TftpTransferTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 2070);

    @TempDir
    private Path directory;

    /// Several datagrams are read in a row. Netty would read the next one from whatever has the closed socket's number by then: seen in a soak, where it
    /// was a socket that blocks, and neither DHCP nor TFTP was served any more.
    @Test
    void a_transfer_that_ends_closes_its_socket_only_when_the_read_is_over() throws Exception {
        TftpFiles.Source file = new TftpFiles().open(Files.write(directory.resolve("loader"), new byte[10]));
        List<TftpTransfer.Outcome> ended = new ArrayList<>();
        var channel = new EmbeddedChannel(new TftpTransfer(file, TransferOptions.negotiate(Map.of(), file.size()), CLIENT, ended::add));
        channel.pipeline().fireChannelRead(acknowledgement(1));
        assertThat(ended).containsExactly(new TftpTransfer.Outcome.Sent(10, 0));
        assertThat(channel.isOpen()).isTrue();
        channel.pipeline().fireChannelRead(acknowledgement(1));
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
        assertThat(ended).hasSize(1);
        channel.finishAndReleaseAll();
    }

    private static DatagramPacket acknowledgement(int block) {
        ByteBuf bytes = Unpooled.buffer();
        new TftpMessage.Ack(block).encode(bytes);
        return new DatagramPacket(bytes, CLIENT, CLIENT);
    }
}
