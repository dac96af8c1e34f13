package io.bessemer.ipmi.protocol;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.ipmi.command.ClearSel;
import io.bessemer.ipmi.command.Command;
import io.bessemer.ipmi.command.GetBootFlags;
import io.bessemer.ipmi.command.GetChannelInfo;
import io.bessemer.ipmi.command.GetChassisCapabilities;
import io.bessemer.ipmi.command.GetChassisStatus;
import io.bessemer.ipmi.command.GetDeviceId;
import io.bessemer.ipmi.command.GetFruInfo;
import io.bessemer.ipmi.command.GetLanParameter;
import io.bessemer.ipmi.command.GetSdr;
import io.bessemer.ipmi.command.GetSdrRepositoryInfo;
import io.bessemer.ipmi.command.GetSelEntry;
import io.bessemer.ipmi.command.GetSelInfo;
import io.bessemer.ipmi.command.GetSelTime;
import io.bessemer.ipmi.command.GetSensorReading;
import io.bessemer.ipmi.command.GetSensorThresholds;
import io.bessemer.ipmi.command.GetSystemGuid;
import io.bessemer.ipmi.command.GetUserAccess;
import io.bessemer.ipmi.command.GetUserName;
import io.bessemer.ipmi.command.GetWatchdog;
import io.bessemer.ipmi.command.RawCommand;
import io.bessemer.ipmi.command.ReadFru;
import io.bessemer.ipmi.command.ReserveSdrRepository;
import io.bessemer.ipmi.command.ReserveSel;
import io.bessemer.ipmi.event.EventWords;
import io.bessemer.ipmi.event.SelRecord;
import io.bessemer.ipmi.fru.FruArea;
import io.bessemer.ipmi.fru.FruHeader;
import io.bessemer.ipmi.fru.FruMultirecord;
import io.bessemer.ipmi.sensor.FruLocator;
import io.bessemer.ipmi.sensor.SensorRecord;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever comes in, only [DecodeException] comes out. With `JAZZER_FUZZ=1` each `@FuzzTest` searches; else it tries its seeds.
class DecoderFuzzTest {
    /// A decoder under test.
    private interface Decoder {
        void decode(byte[] bytes) throws DecodeException;
    }

    private static final PayloadProtection[] PROTECTIONS = {
        new PayloadProtection(CipherSuite.SUITE_0, new byte[0], new SecureRandom()),
        new PayloadProtection(CipherSuite.SUITE_3, new byte[20], new SecureRandom()),
        new PayloadProtection(CipherSuite.SUITE_17, new byte[32], new SecureRandom())};

    private static final Decoder[] ALL = {DecoderFuzzTest::anyPacket, LanMessage.Request::decode, LanMessage.Response::decode,
        OpenSessionRequest::decode, OpenSessionResponse::decode, Rakp1::decode, DecoderFuzzTest::anyRakp, AuthenticationCapabilities::decode, SolPacket::decode,
        DecoderFuzzTest::sensors, DecoderFuzzTest::bridged, DecoderFuzzTest::logAndParts, DecoderFuzzTest::answers};

    @FuzzTest
    void packet(byte[] bytes) {
        attempt(DecoderFuzzTest::anyPacket, bytes);
    }

    @FuzzTest
    void lanMessage(byte[] bytes) {
        attempt(LanMessage.Request::decode, bytes);
        attempt(LanMessage.Response::decode, bytes);
    }

    @FuzzTest
    void bridgedAnswers(byte[] bytes) {
        attempt(DecoderFuzzTest::bridged, bytes);
    }

    @FuzzTest
    void openSession(byte[] bytes) {
        attempt(OpenSessionRequest::decode, bytes);
        attempt(OpenSessionResponse::decode, bytes);
    }

    @FuzzTest
    void rakp(byte[] bytes) {
        attempt(Rakp1::decode, bytes);
        attempt(DecoderFuzzTest::anyRakp, bytes);
    }

    @FuzzTest
    void sol(byte[] bytes) {
        attempt(SolPacket::decode, bytes);
    }

    @FuzzTest
    void authenticationCapabilities(byte[] bytes) {
        attempt(AuthenticationCapabilities::decode, bytes);
    }

    @FuzzTest
    void cipherSuites(byte[] bytes) {
        attempt(ChannelCipherSuites::portion, bytes);
        attempt(ChannelCipherSuites::decode, bytes);
    }

    @FuzzTest
    void sensorAnswers(byte[] bytes) {
        attempt(DecoderFuzzTest::sensors, bytes);
    }

    /// As the BMC's answer to Send Message, and without a look at checksums, so that it gets past them.
    private static void bridged(byte[] bytes) throws DecodeException {
        Bridge.unwrap(new LanMessage.Response(0x07, 0, 1, 0x34, CompletionCode.Generic.OK, bytes));
        Bridge.unwrap(LanMessage.Response.decode(bytes, false));
    }

    @FuzzTest
    void eventsAndParts(byte[] bytes) {
        attempt(DecoderFuzzTest::logAndParts, bytes);
        attempt(DecoderFuzzTest::answers, bytes);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {16, 17})
    void damaged_inventories_of_parts(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = new byte[8 * (1 + random.nextInt(12))];
            random.nextBytes(bytes);
            bytes[0] = 1;
            bytes[1] = (byte) (bytes.length / 8);
            int sum = 0;
            for (byte one : bytes) {
                sum += one;
            }
            bytes[bytes.length - 1] -= (byte) sum; // so that what is behind the checksum is tried
            attempt(DecoderFuzzTest::logAndParts, bytes);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {14, 15})
    void damaged_sensor_records(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes = new byte[5 + random.nextInt(80)];
            random.nextBytes(bytes);
            bytes[3] = (byte) (1 + random.nextInt(2)); // full or compact
            bytes[4] = (byte) (random.nextInt(8) == 0 ? random.nextInt() : bytes.length - 5);
            attempt(DecoderFuzzTest::sensors, bytes);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13})
    void random_bytes_and_damaged_packets(long seed) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        byte[] whole = PROTECTIONS[2].seal(PayloadType.IPMI, 7, 1, new LanMessage.Request(6, 0, 1, 1, new byte[0]).encode());
        for (int i = 0; i < 30_000; i++) {
            byte[] bytes;
            if (random.nextBoolean()) {
                bytes = new byte[random.nextInt(80)];
                random.nextBytes(bytes);
            } else {
                bytes = java.util.Arrays.copyOf(whole, random.nextInt(whole.length + 20));
                for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
            for (Decoder decoder : ALL) {
                attempt(decoder, bytes);
            }
        }
    }

    private static void anyPacket(byte[] bytes) throws DecodeException {
        switch (IpmiPacket.decode(bytes)) {
            case IpmiPacket.Sessionless sessionless -> LanMessage.Response.decode(sessionless.message());
            case IpmiPacket.RmcpPlus packet -> {
                for (PayloadProtection protection : PROTECTIONS) {
                    protection.open(bytes, packet);
                }
            }
        }
    }

    private static void anyRakp(byte[] bytes) throws DecodeException {
        for (CipherSuite suite : CipherSuite.values()) {
            attempt(in -> Rakp2.decode(in, suite), bytes);
            attempt(in -> Rakp3.decode(in, suite), bytes);
            Rakp4.decode(bytes, suite);
        }
    }

    /// Records, with what is made of them, and answers of the commands about sensors.
    private static void sensors(byte[] bytes) throws DecodeException {
        for (Command<?> command : List.of(new GetSdr(0, 0, 0, GetSdr.WHOLE), new GetSensorReading(1), new GetSensorThresholds(1), new GetSdrRepositoryInfo(),
                new ReserveSdrRepository())) {
            attempt(command::decode, bytes);
        }
        for (SensorRecord sensor : SensorRecord.decode(bytes)) {
            assert sensor.kind() != null && sensor.unit().text() != null;
            sensor.conversion().value(bytes[0] & 0xff).ifPresent(value -> sensor.unit().told(value));
            assert !sensor.state(bytes[0] & 0x7fff).words().isEmpty();
        }
    }

    private static void logAndParts(byte[] bytes) {
        attempt(in -> {
            if (SelRecord.decode(in) instanceof SelRecord.Event event) {
                assert !EventWords.of(event).isEmpty() && !EventWords.sensorType(event.sensorType()).isEmpty() && EventWords.health(event) != null;
            }
        }, bytes);
        for (FruArea area : FruArea.values()) {
            attempt(area::decode, bytes);
        }
        attempt(in -> FruHeader.decode(in).multirecords(), bytes);
        attempt(in -> FruMultirecord.decode(in).name(), bytes);
        attempt(FruLocator::decode, bytes);
    }

    private static final List<Command<?>> ANSWERED = List.of(new GetSelInfo(), new ReserveSel(), new GetSelEntry(0, 0, 0, GetSelEntry.WHOLE), new ClearSel(0, true), new GetSelTime(),
            new GetFruInfo(0), new ReadFru(0, 0, 16), new GetUserAccess(1, 1), new GetUserName(1), new GetChannelInfo(), new GetLanParameter(1, 3), new GetSystemGuid(), new GetWatchdog(),
            new GetDeviceId(), new GetChassisStatus(), new GetChassisCapabilities(), new GetBootFlags());

    private static void answers(byte[] bytes) {
        for (Command<?> command : ANSWERED) {
            attempt(in -> {
                assert command.decode(in) != null : command;
            }, bytes);
        }
    }

    /// As operators type them.
    @FuzzTest
    void rawCommands(byte[] bytes) {
        try {
            assert RawCommand.parse(new String(bytes, StandardCharsets.UTF_8)).call() != null;
        } catch (IllegalArgumentException expected) {
            assert expected.getMessage() != null;
        }
    }

    @FuzzTest
    void chassisAnswers(byte[] bytes) {
        attempt(in -> new GetChassisStatus().decode(in).identify(), bytes);
        attempt(in -> new GetBootFlags().decode(in).toString(), bytes);
        attempt(in -> new GetDeviceId().decode(in).toString(), bytes);
        attempt(in -> new GetChassisCapabilities().decode(in).toString(), bytes);
    }

    private static void attempt(Decoder decoder, byte[] bytes) {
        try {
            decoder.decode(bytes);
        } catch (DecodeException expected) {
            assert expected.getMessage() != null;
        }
    }
}
