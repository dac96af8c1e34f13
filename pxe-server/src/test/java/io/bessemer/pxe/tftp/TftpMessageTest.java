package io.bessemer.pxe.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.bessemer.pxe.Capture;
import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TftpMessageTest {
    static TftpMessage decode(byte[] bytes) throws DecodeException {
        return TftpMessage.decode(Unpooled.wrappedBuffer(bytes));
    }

    static byte[] encode(TftpMessage message) {
        ByteBuf out = Unpooled.buffer();
        message.encode(out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    @Test
    void what_ovmf_sent_is_read() throws Exception {
        List<TftpMessage> sent = Capture.read("uefi-virtio-ovmf.pcap").datagrams().stream().filter(each -> each.destinationPort() == 69).map(Capture.Datagram::payload).map(bytes -> {
            try {
                return decode(bytes);
            } catch (DecodeException malformed) {
                throw new AssertionError(malformed);
            }
        }).toList();
        assertThat(sent).containsExactly(
                new TftpMessage.ReadRequest("snponly.efi", "octet", Map.of("tsize", "0", "blksize", "1468", "windowsize", "4")),
                new TftpMessage.ReadRequest("snponly.efi", "octet", Map.of("blksize", "1468", "windowsize", "4")));
    }

    @Test
    void each_malformed_field_is_named() {
        assertMalformed(new byte[] {0}, "TFTP opcode needs 2 bytes, 1 left (at byte 0)");
        assertMalformed(new byte[] {0, 9}, "TFTP opcode 9 is not in 1..6 (at byte 0)");
        assertMalformed(ascii("\0\1name"), "TFTP file name does not end with a NUL (at byte 2)");
        assertMalformed(ascii("\0\1name\0octet"), "TFTP mode does not end with a NUL (at byte 7)");
        assertMalformed(ascii("\0\1name\0octet\0blksize\0"), "TFTP value of option blksize does not end with a NUL (at byte 21)");
        assertMalformed(new byte[] {0, 4, 1}, "TFTP ACK block number needs 2 bytes, 1 left (at byte 2)");
        assertMalformed(new byte[] {0, 5}, "TFTP ERROR code needs 2 bytes, 0 left (at byte 2)");
        assertMalformed(ascii("\0\1" + "n".repeat(600) + "\0octet\0"), "TFTP request has 609 bytes, at most 512 expected (at byte 0)");
    }

    @Test
    void options_out_of_their_bounds_are_left_out_of_the_answer() {
        TransferOptions options = TransferOptions.negotiate(Map.of("blksize", "7", "windowsize", "0", "timeout", "256", "tsize", "0", "multicast", ""), 42);
        assertThat(options.granted()).containsExactly(Map.entry("tsize", "42"));
        assertThat(options.blockSize()).isEqualTo(512);
        assertThat(TransferOptions.negotiate(Map.of("blksize", "65464", "windowsize", "65535", "timeout", "3"), 1).granted())
                .isEqualTo(Map.of("blksize", "1468", "windowsize", "64", "timeout", "3"));
        assertThat(TransferOptions.negotiate(Map.of("blksize", "99999999999999999999"), 1).granted()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20261123})
    void damaged_messages_never_throw_anything_else(long seed) {
        var random = new Random(seed);
        byte[] sample = ascii("\0\1snponly.efi\0octet\0tsize\0000\0blksize\0001468\0windowsize\0004\0");
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = sample.clone();
            for (int hits = random.nextInt(0, 5); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(0, 8);
            }
            try {
                TftpMessage message = decode(Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)));
                if (!(message instanceof TftpMessage.WriteRequest)) { // of which we keep only the name
                    assertThat(decode(encode(message))).isEqualTo(message);
                }
            } catch (DecodeException expected) {
                // a normal event
            } catch (RuntimeException fault) {
                fail("seed " + seed + ", round " + i, fault);
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void assertMalformed(byte[] bytes, String message) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(DecodeException.class).hasMessage(message);
    }
}
