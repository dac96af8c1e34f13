package io.bessemer.pxe.dhcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.pxe.DecodeException;
import io.bessemer.pxe.firmware.Firmware;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class DhcpFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void only_a_decode_exception_escapes(byte[] bytes) {
        try {
            DhcpMessage message = DhcpMessage.decode(Unpooled.wrappedBuffer(bytes));
            Firmware.of(message.options()).title();
            RelayAgent.of(message);
            message.encode(Unpooled.buffer());
            message.encode(Unpooled.buffer(), DhcpSender.limit(message));
        } catch (DecodeException expected) {
            // a normal event
        }
    }
}
