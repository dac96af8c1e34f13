package io.bessemer.pxe.tftp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.bessemer.pxe.DecodeException;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Tag;

@Tag("fuzz")
class TftpFuzzTest {
    @FuzzTest(maxDuration = "30s")
    void only_a_decode_exception_escapes(byte[] bytes) {
        try {
            TftpMessage message = TftpMessage.decode(Unpooled.wrappedBuffer(bytes));
            message.encode(Unpooled.buffer());
            if (message instanceof TftpMessage.ReadRequest request) {
                TransferOptions.negotiate(request.options(), 1);
            }
        } catch (DecodeException expected) {
            // a normal event
        }
    }
}
