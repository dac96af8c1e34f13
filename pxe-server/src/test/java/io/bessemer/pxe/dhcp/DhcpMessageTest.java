package io.bessemer.pxe.dhcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.Capture;
import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.dhcp4java.DHCPPacket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DhcpMessageTest {
    static DhcpMessage decode(byte[] bytes) throws DecodeException {
        return DhcpMessage.decode(Unpooled.wrappedBuffer(bytes));
    }

    static byte[] encode(DhcpMessage message) {
        ByteBuf out = Unpooled.buffer();
        message.encode(out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bios-virtio-ipxerom.pcap", "bios-e1000-sata.pcap", "uefi-virtio-ipxerom.pcap", "uefi-virtio-ovmf.pcap", "uefi-virtio-httpboot.pcap"})
    void what_firmware_sent_comes_back_byte_for_byte(String capture) throws Exception {
        List<byte[]> requests = Capture.read(capture).dhcpRequests();
        assertThat(requests).hasSizeGreaterThanOrEqualTo(4);
        for (byte[] request : requests) {
            byte[] again = encode(decode(request));
            int common = Math.min(request.length, again.length);
            assertThat(Arrays.copyOf(again, common)).isEqualTo(Arrays.copyOf(request, common));
            assertThat(common).as("only padding may be missing").isGreaterThanOrEqualTo(request.length - 64);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bios-virtio-ipxerom.pcap", "uefi-virtio-ovmf.pcap", "uefi-virtio-httpboot.pcap"})
    void an_independent_decoder_reads_the_same(String capture) throws Exception {
        for (byte[] request : Capture.read(capture).dhcpRequests()) {
            DhcpMessage ours = decode(request);
            DHCPPacket theirs = DHCPPacket.getPacket(encode(ours), 0, encode(ours).length, true);
            assertThat(theirs.getXid()).isEqualTo(ours.transaction());
            assertThat((int) theirs.getDHCPMessageType()).isEqualTo(ours.type().code());
            for (int code : ours.options().codes()) {
                assertThat(theirs.getOptionRaw((byte) code)).as("option " + code).isEqualTo(ours.options().bytes(code).orElseThrow());
            }
        }
    }

    @Test
    void every_cut_of_a_real_message_is_a_message_or_says_what_is_missing() throws Exception {
        byte[] whole = Capture.read("uefi-virtio-ovmf.pcap").dhcpRequests().getFirst();
        for (int length = 0; length < whole.length; length++) {
            try {
                decode(Arrays.copyOf(whole, length));
            } catch (DecodeException expected) {
                assertThat(expected).hasMessageStartingWith("DHCP ");
            }
        }
    }

    @Test
    void each_malformed_field_is_named() throws Exception {
        byte[] good = Capture.read("uefi-virtio-ovmf.pcap").dhcpRequests().getFirst();
        assertMalformed(Arrays.copyOf(good, 239), "DHCP message has 239 bytes, at least 240 expected (at byte 0)");
        assertMalformed(with(good, 0, 3), "DHCP op 3 is not 1 or 2 (at byte 0)");
        assertMalformed(with(good, 1, 32), "DHCP hardware type 32 with 6 address bytes is not Ethernet (1 with 6) (at byte 1)");
        assertMalformed(with(good, 2, 16), "DHCP hardware type 1 with 16 address bytes is not Ethernet (1 with 6) (at byte 1)");
        assertMalformed(with(good, 236, 0), "DHCP magic cookie is 00825363, 63825363 expected (at byte 236)");
        assertMalformed(with(good, 240, 0, 0, 0), "DHCP message has no message type (option 53 of one byte) (at byte 240)");
        assertMalformed(with(good, 242, 9), "DHCP message type 9 is not in 1..8 (at byte 240)");
        assertMalformed(with(Arrays.copyOf(good, 245), 243, 55, 200), "DHCP option 55 in the options field says 200 bytes, 0 left (at byte 243)");
        assertMalformed(with(Arrays.copyOf(good, 244), 243, 55), "DHCP option 55 in the options field has no length (at byte 243)");
    }

    @Test
    void options_in_file_and_server_name_are_joined_with_the_others() throws Exception {
        byte[] bytes = new byte[300];
        bytes[0] = 1;
        bytes[1] = 1;
        bytes[2] = 6;
        put(bytes, 236, 0x63, 0x82, 0x53, 0x63, 53, 1, 1, 52, 1, 3, 60, 2, 'P', 'X', 255);
        put(bytes, 108, 60, 2, 'E', 'C', 255); // file comes before sname
        put(bytes, 44, 60, 1, 'l', 97, 1, 7, 255);
        DhcpMessage message = decode(bytes);
        assertThat(message.options().text(60)).contains("PXECl");
        assertThat(message.options().bytes(97)).contains(new byte[] {7});
        assertThat(message.bootFile()).isEmpty();
        assertThat(message.serverName()).isEmpty();
        bytes[112] = 0; // no end in the file field: its options run on through the padding
        assertMalformed(bytes, "DHCP file field has no end option (at byte 128)");
    }

    @Test
    void a_long_option_is_split_and_joined_again() throws Exception {
        byte[] value = new byte[700];
        new Random(7).nextBytes(value);
        var message = new DhcpMessage(true, 0, 5, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                new MacAddress("52:54:00:00:00:01"), "", "", DhcpMessageType.ACK, DhcpOptions.builder().type(DhcpMessageType.ACK).bytes(224, value).bytes(43).build());
        assertThat(decode(encode(message))).isEqualTo(message);
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {548, 600, 700})
    void options_that_do_not_fit_go_into_file_and_server_name(int limit) throws Exception {
        byte[] circuit = new byte[180];
        byte[] vendor = new byte[limit - 412]; // more than the options field has room for
        new Random(9).nextBytes(circuit);
        new Random(10).nextBytes(vendor);
        DhcpOptions options = DhcpOptions.builder().type(DhcpMessageType.ACK).text(66, "172.22.0.1").text(67, "http://172.22.0.1:8088/boot/script/52:54:00:22:00:0b")
                .bytes(61, (byte) 1, (byte) 2, (byte) 3).bytes(43, vendor).bytes(82, circuit).build();
        var message = new DhcpMessage(true, 0, 5, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                new MacAddress("52:54:00:00:00:01"), "172.22.0.1", "http://172.22.0.1:8088/boot/script/52:54:00:22:00:0b", DhcpMessageType.ACK, options);
        ByteBuf out = Unpooled.buffer();
        assertThat(message.encode(out, limit)).isEmpty();
        byte[] bytes = Arrays.copyOf(out.array(), out.readableBytes());
        assertThat(bytes.length).isLessThanOrEqualTo(limit);
        DhcpMessage read = decode(bytes);
        assertThat(read.options().codes()).isEqualTo(options.codes());
        options.codes().forEach(code -> assertThat(read.options().bytes(code).orElseThrow()).as("option " + code).isEqualTo(options.bytes(code).orElseThrow()));
        assertThat(read.bootFile()).as("overloaded").isEmpty();
        assertThat(indexOf(bytes, circuit)).as("what the relay said stays in the options field").isGreaterThan(240);
    }

    @Test
    void an_option_without_any_room_is_named_and_the_others_arrive() throws Exception {
        DhcpOptions options = DhcpOptions.builder().type(DhcpMessageType.ACK).text(67, "a").bytes(43, new byte[600]).bytes(61, (byte) 1, (byte) 2).build();
        var message = new DhcpMessage(true, 0, 5, 0, false, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                new MacAddress("52:54:00:00:00:01"), "", "a", DhcpMessageType.ACK, options);
        ByteBuf out = Unpooled.buffer();
        assertThat(message.encode(out, 548)).containsExactly(43);
        assertThat(decode(Arrays.copyOf(out.array(), out.readableBytes())).options().codes()).containsExactlyInAnyOrder(53, 67, 61);
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 20261123, 424242})
    void damaged_messages_never_throw_anything_else(long seed) throws Exception {
        var random = new Random(seed);
        List<byte[]> samples = Capture.read("uefi-virtio-httpboot.pcap").dhcpRequests();
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = samples.get(random.nextInt(samples.size())).clone();
            for (int hits = random.nextInt(1, 8); hits > 0; hits--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                DhcpMessage message = decode(Arrays.copyOf(damaged, random.nextInt(damaged.length + 1)));
                assertThat(decode(encode(message)).options()).isEqualTo(message.options());
            } catch (DecodeException expected) {
                // a normal event
            } catch (RuntimeException fault) {
                fail("seed " + seed + ", round " + i, fault);
            }
        }
    }

    private static void assertMalformed(byte[] bytes, String message) {
        assertThatThrownBy(() -> decode(bytes)).isInstanceOf(DecodeException.class).hasMessage(message);
    }

    private static byte[] with(byte[] bytes, int at, int... values) {
        byte[] copy = bytes.clone();
        put(copy, at, values);
        return copy;
    }

    private static void put(byte[] bytes, int at, int... values) {
        for (int i = 0; i < values.length; i++) {
            bytes[at + i] = (byte) values[i];
        }
    }
}
