package io.bessemer.ipmi.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.ipmi.protocol.PayloadProtection.Opened;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is encoded decodes to the same, for generated values. The seed is in the name.
class RoundTripTest {
    private static RandomGenerator random(long seed) {
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    private static byte[] bytes(RandomGenerator random, int length) {
        byte[] all = new byte[length];
        random.nextBytes(all);
        return all;
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void messages(long seed) throws Exception {
        RandomGenerator random = random(seed);
        for (int i = 0; i < 500; i++) {
            LanMessage.Request request = new LanMessage.Request(random.nextInt(32) * 2, random.nextInt(4), random.nextInt(64), random.nextInt(256),
                    bytes(random, random.nextInt(60)));
            assertThat(LanMessage.Request.decode(request.encode())).usingRecursiveComparison().isEqualTo(request);
            LanMessage.Response response = new LanMessage.Response(random.nextInt(32) * 2 + 1, random.nextInt(4), random.nextInt(64), random.nextInt(256),
                    CompletionCode.of(random.nextInt(256)), bytes(random, random.nextInt(60)));
            assertThat(LanMessage.Response.decode(response.encode())).usingRecursiveComparison().isEqualTo(response);
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void handshakes(CipherSuite suite) throws Exception {
        RandomGenerator random = random(17);
        for (int i = 0; i < 200; i++) {
            OpenSessionRequest open = OpenSessionRequest.of(random.nextInt(256), random.nextInt(), suite);
            assertThat(OpenSessionRequest.decode(open.encode())).isEqualTo(open);
            OpenSessionResponse opened = new OpenSessionResponse.Accepted(random.nextInt(256), 4, random.nextInt(), random.nextInt() | 1,
                    suite.authentication(), suite.integrity(), suite.confidentiality());
            assertThat(OpenSessionResponse.decode(((OpenSessionResponse.Accepted) opened).encode())).isEqualTo(opened);
            Rakp1 rakp1 = new Rakp1(random.nextInt(256), random.nextInt(), bytes(random, 16), 0x14, "u".repeat(random.nextInt(17)));
            assertThat(Rakp1.decode(rakp1.encode())).usingRecursiveComparison().isEqualTo(rakp1);
            Rakp2.Accepted rakp2 = new Rakp2.Accepted(1, random.nextInt(), bytes(random, 16), bytes(random, 16), bytes(random, suite.keyExchangeCodeLength()));
            assertThat(Rakp2.decode(rakp2.encode(), suite)).usingRecursiveComparison().isEqualTo(rakp2);
            Rakp3 rakp3 = new Rakp3(2, HandshakeStatus.OK, random.nextInt(), bytes(random, suite.keyExchangeCodeLength()));
            assertThat(Rakp3.decode(rakp3.encode(), suite)).usingRecursiveComparison().isEqualTo(rakp3);
            Rakp4.Accepted rakp4 = new Rakp4.Accepted(2, random.nextInt(), bytes(random, suite.integrityCodeLength()));
            assertThat(Rakp4.decode(rakp4.encode(), suite)).usingRecursiveComparison().isEqualTo(rakp4);
            Rakp2.Refused refused = new Rakp2.Refused(3, new HandshakeStatus(1 + random.nextInt(255)), random.nextInt());
            assertThat(Rakp2.decode(refused.encode(), suite)).isEqualTo(refused);
        }
    }

    @ParameterizedTest
    @EnumSource(CipherSuite.class)
    void sealed_payloads_of_every_length_open_and_none_opens_with_another_key(CipherSuite suite) throws Exception {
        RandomGenerator random = random(4);
        PayloadProtection protection = new PayloadProtection(suite, bytes(random, 20), new SecureRandom());
        PayloadProtection stranger = new PayloadProtection(suite, bytes(random, 20), new SecureRandom());
        for (int length = 0; length < 100; length++) {
            byte[] payload = bytes(random, length);
            byte[] datagram = protection.seal(PayloadType.IPMI, 0x01020304, length + 1, payload);
            IpmiPacket.RmcpPlus packet = (IpmiPacket.RmcpPlus) IpmiPacket.decode(datagram);
            assertThat(packet.sequence()).isEqualTo(length + 1);
            assertThat(((Opened.Payload) protection.open(datagram, packet)).bytes()).isEqualTo(payload);
            if (suite.isProtected()) {
                assertThat(stranger.open(datagram, packet)).isEqualTo(new Opened.Tampered());
            }
        }
    }
}
