package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Each way to be malformed, with the words that the reader of a debug log gets.
class MalformedPacketTest {
    @Test
    void packets() {
        says("RMCP version needs 1 byte, 0 left (byte 0)", () -> IpmiPacket.decode(hex("")));
        says("RMCP version is 0x05, expected 0x06 (byte 0)", () -> IpmiPacket.decode(hex("0500ff0706")));
        says("RMCP class is 0x06, expected 0x07 (byte 3)", () -> IpmiPacket.decode(hex("0600ff0606")));
        says("RMCP authentication type is 0x02, expected 0x00 (none) or 0x06 (RMCP+) (byte 4)", () -> IpmiPacket.decode(hex("0600ff0702")));
        says("RMCP session id needs 4 bytes, 3 left (byte 6)", () -> IpmiPacket.decode(hex("0600ff0706c0010203")));
        says("RMCP payload needs 32 bytes, 1 left (byte 16)", () -> IpmiPacket.decode(hex("0600ff0706c00101000003000000200000")));
        says("RMCP payload type is 0x02 (OEM explicit), expected a standard payload (byte 5)", () -> IpmiPacket.decode(hex("0600ff070602")));
        says("RMCP session id is 00000001, expected 0 outside a session (byte 12)", () -> IpmiPacket.decode(hex("0600ff0700000000000100000000")));
        says("RMCP message needs 9 bytes, 2 left (byte 14)", () -> IpmiPacket.decode(hex("0600ff0700000000000000000009aabb")));
        says("datagram has 1025 bytes, expected at most 1024 (byte 1024)", () -> IpmiPacket.decode(new byte[1025]));
    }

    @Test
    void messages() {
        says("IPMI response has 7 bytes, expected at least 8 (byte 7)", () -> LanMessage.Response.decode(new byte[7]));
        says("IPMI response header checksum is 0x64, expected 0x63 (byte 2)", () -> LanMessage.Response.decode(hex("811c642000380001840402000000001d")));
        says("IPMI response checksum is 0x1e, expected 0x1d (byte 15)", () -> LanMessage.Response.decode(hex("811c632000380001840402000000001e")));
        says("IPMI response network function is 0x06, expected an odd one (byte 1)", () -> LanMessage.Response.decode(hex("8118672000380001840402000000001d")));
        says("IPMI request network function is 0x07, expected an even one (byte 1)",
                () -> LanMessage.Request.decode(hex("811c632000380001840402000000001d")));
    }

    @Test
    void handshake() {
        says("Open Session Response tag needs 1 byte, 0 left (byte 0)", () -> OpenSessionResponse.decode(hex("")));
        says("Open Session Response BMC session id is 0, expected any other value (byte 11)", () -> OpenSessionResponse.decode(hex("00000400a4a3a2a000000000")));
        says("Open Session Response authentication algorithm payload type is 1, expected 0 (byte 12)",
                () -> OpenSessionResponse.decode(hex("00000400a4a3a2a00101000001000008")));
        says("Open Session Response authentication algorithm payload length is 9, expected 8 (byte 15)",
                () -> OpenSessionResponse.decode(hex("00000400a4a3a2a00101000000000009")));
        says("RAKP 2 key exchange authentication code needs 20 bytes, 0 left (byte 40)", () -> Rakp2.decode(new byte[40], CipherSuite.SUITE_3));
        says("RAKP 2 key exchange authentication code needs 32 bytes, 20 left (byte 40)", () -> Rakp2.decode(new byte[60], CipherSuite.SUITE_17));
        says("RAKP 4 integrity check value needs 16 bytes, 12 left (byte 8)", () -> Rakp4.decode(new byte[20], CipherSuite.SUITE_17));
        byte[] longName = new byte[28 + 17];
        longName[27] = 17;
        says("RAKP 1 user name length is 17, expected at most 16 (byte 27)", () -> Rakp1.decode(longName));
        says("Get Channel Authentication Capabilities extended capabilities needs 1 byte, 0 left (byte 3)",
                () -> AuthenticationCapabilities.decode(hex("018404")));
    }

    @Test
    void a_refusal_may_be_as_short_as_tag_and_status() throws Exception {
        assertThat(OpenSessionResponse.decode(hex("0711"))).isEqualTo(new OpenSessionResponse.Refused(7, HandshakeStatus.NO_CIPHER_SUITE_MATCH, 0));
        assertThat(Rakp2.decode(hex("080d0000"), CipherSuite.SUITE_3)).isEqualTo(new Rakp2.Refused(8, HandshakeStatus.UNAUTHORIZED_NAME, 0));
        assertThat(new HandshakeStatus(0x77)).hasToString("0x77 (unknown status)");
    }

    @Test
    void an_unknown_completion_code_keeps_its_number() {
        assertThat(CompletionCode.of(0xc1)).isEqualTo(CompletionCode.Generic.INVALID_COMMAND);
        assertThat(CompletionCode.of(0x81)).isEqualTo(new CompletionCode.Other(0x81)).hasToString("0x81 (command-specific)");
        assertThat(CompletionCode.of(0x42)).hasToString("0x42 (OEM)");
        for (int code = 0; code < 256; code++) {
            assertThat(CompletionCode.of(code).code()).isEqualTo(code);
        }
    }

    private static void says(String message, ThrowingCallable decode) {
        assertThatThrownBy(decode).isInstanceOf(DecodeException.class).hasMessage(message);
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
