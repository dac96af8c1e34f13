package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A whole session that ipmitool had with a BMC, as captured: every message decodes and encodes back to the same bytes, every
/// code follows from the password, every command opens.
class GoldenSessionTest {
    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.US_ASCII);

    private record Datagram(boolean fromBmc, byte[] bytes) {}

    @ParameterizedTest
    @ValueSource(ints = {3, 17})
    void a_captured_session_is_understood_to_the_last_byte(int suiteId) throws Exception {
        CipherSuite suite = CipherSuite.of(suiteId).orElseThrow();
        List<Datagram> capture = capture(suiteId);

        IpmiPacket.Sessionless question = (IpmiPacket.Sessionless) IpmiPacket.decode(capture.get(0).bytes());
        assertThat(question.encode()).isEqualTo(capture.get(0).bytes());
        assertThat(LanMessage.Request.decode(question.message()).command()).isEqualTo(AuthenticationCapabilities.COMMAND);
        IpmiPacket.Sessionless told = (IpmiPacket.Sessionless) IpmiPacket.decode(capture.get(1).bytes());
        AuthenticationCapabilities capabilities = AuthenticationCapabilities.decode(LanMessage.Response.decode(told.message()).data());
        assertThat(capabilities).isEqualTo(new AuthenticationCapabilities(1, true, false, true, false));

        OpenSessionRequest request = OpenSessionRequest.decode(payload(capture.get(2), PayloadType.OPEN_SESSION_REQUEST));
        assertThat(request).isEqualTo(OpenSessionRequest.of(0, request.consoleSessionId(), suite));
        assertThat(request.encode()).isEqualTo(payload(capture.get(2), PayloadType.OPEN_SESSION_REQUEST));
        OpenSessionResponse.Accepted opened =
                (OpenSessionResponse.Accepted) OpenSessionResponse.decode(payload(capture.get(3), PayloadType.OPEN_SESSION_RESPONSE));
        assertThat(opened.matches(suite)).isTrue();
        assertThat(opened.encode()).isEqualTo(payload(capture.get(3), PayloadType.OPEN_SESSION_RESPONSE));

        Rakp1 rakp1 = Rakp1.decode(payload(capture.get(4), PayloadType.RAKP_1));
        assertThat(rakp1.username()).isEqualTo("admin");
        assertThat(rakp1.encode()).isEqualTo(payload(capture.get(4), PayloadType.RAKP_1));
        Rakp2.Accepted rakp2 = (Rakp2.Accepted) Rakp2.decode(payload(capture.get(5), PayloadType.RAKP_2), suite);
        assertThat(rakp2.encode()).isEqualTo(payload(capture.get(5), PayloadType.RAKP_2));
        Rakp3 rakp3 = Rakp3.decode(payload(capture.get(6), PayloadType.RAKP_3), suite);
        assertThat(rakp3.encode()).isEqualTo(payload(capture.get(6), PayloadType.RAKP_3));
        Rakp4.Accepted rakp4 = (Rakp4.Accepted) Rakp4.decode(payload(capture.get(7), PayloadType.RAKP_4), suite);
        assertThat(rakp4.encode()).isEqualTo(payload(capture.get(7), PayloadType.RAKP_4));

        RakpProof proof = new RakpProof(suite, request.consoleSessionId(), opened.bmcSessionId(), rakp1.consoleRandom(), rakp2.bmcRandom(),
                rakp2.guid(), rakp1.role(), rakp1.username());
        assertThat(rakp2.code()).isEqualTo(proof.rakp2Code(PASSWORD));
        assertThat(rakp3.code()).isEqualTo(proof.rakp3Code(PASSWORD));
        byte[] key = proof.sessionKey(PASSWORD);
        assertThat(rakp4.code()).isEqualTo(proof.rakp4Code(key));

        PayloadProtection protection = new PayloadProtection(suite, key, new SecureRandom());
        List<Integer> commands = new ArrayList<>();
        for (Datagram datagram : capture.subList(8, capture.size())) {
            IpmiPacket.RmcpPlus packet = (IpmiPacket.RmcpPlus) IpmiPacket.decode(datagram.bytes());
            PayloadProtection.Opened.Payload clear = (PayloadProtection.Opened.Payload) protection.open(datagram.bytes(), packet);
            if (datagram.fromBmc()) {
                LanMessage.Response response = LanMessage.Response.decode(clear.bytes());
                assertThat(response.completion()).isIn(CompletionCode.Generic.OK, CompletionCode.Generic.INVALID_COMMAND);
                continue;
            }
            commands.add(LanMessage.Request.decode(clear.bytes()).command());
            // the same payload sealed by us has the same length, and opens with the same key
            byte[] ours = protection.seal(PayloadType.IPMI, packet.sessionId(), packet.sequence(), clear.bytes());
            assertThat(ours).hasSameSizeAs(datagram.bytes());
            assertThat(ours).startsWith(java.util.Arrays.copyOf(datagram.bytes(), 16));
            PayloadProtection.Opened again = protection.open(ours, (IpmiPacket.RmcpPlus) IpmiPacket.decode(ours));
            assertThat(((PayloadProtection.Opened.Payload) again).bytes()).isEqualTo(clear.bytes());
        }
        assertThat(commands).startsWith(0x3b).contains(0x01).endsWith(0x3c);
    }

    private static byte[] payload(Datagram datagram, int type) throws DecodeException {
        IpmiPacket.RmcpPlus packet = (IpmiPacket.RmcpPlus) IpmiPacket.decode(datagram.bytes());
        assertThat(packet.payloadType()).isEqualTo(type);
        assertThat(packet.encode()).isEqualTo(datagram.bytes());
        return packet.payload();
    }

    private static List<Datagram> capture(int suite) throws IOException {
        try (InputStream in = GoldenSessionTest.class.getResourceAsStream("/golden/ipmitool-suite-" + suite + ".hex")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().filter(line -> !line.startsWith("#"))
                    .map(line -> new Datagram(line.startsWith("<"), HexFormat.of().parseHex(line.substring(2)))).toList();
        }
    }
}
