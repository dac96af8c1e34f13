package io.bessemer.api.door;

import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.WireException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.InputBuffer;
import org.apache.tomcat.util.net.ApplicationBufferHandler;

/// First of all that sees a request: bodies come at a pace, whoever reads them (408 otherwise). What nobody read of one is read here, at the same pace, once the answer is out: Tomcat
/// itself would wait for it as long as now and then a byte comes.
final class PaceValve extends ValveBase {
    /// Tomcat's `maxSwallowSize`
    private static final long MOST_UNREAD = 2L << 20;

    private final Doors doors;

    PaceValve(Doors doors) {
        super(true);
        this.doors = doors;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (Visit.CURRENT.isBound()) {
            Visit.CURRENT.get().asked();
        }
        org.apache.coyote.Request wire = request.getCoyoteRequest();
        InputBuffer unpaced = wire.getInputBuffer();
        var body = new PacedBody(unpaced);
        wire.setInputBuffer(body);
        try {
            getNext().invoke(request, response);
            doors.answered(response.getStatus());
            if (!request.isAsync() && response.getStatus() != HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
                end(wire, body, request, response);
            }
        } finally {
            wire.setInputBuffer(unpaced);
        }
    }

    private void end(org.apache.coyote.Request wire, PacedBody body, Request request, Response response) throws IOException {
        if (request.getAttribute(ReaderPaceFilter.TOO_SLOW) != null) {
            wire.action(ActionCode.CLOSE_NOW, null);
            return;
        }
        boolean awaitsContinue = wire.hasExpectation() && response.getStatus() >= 300; // it sends nothing, and Tomcat closes
        if (body.tooSlow || !wire.isFinished() && !awaitsContinue) {
            response.finishResponse();
            if (!body.rest(wire)) {
                wire.action(ActionCode.CLOSE_NOW, null);
            }
        }
    }

    private final class PacedBody implements InputBuffer {
        private final InputBuffer in;
        private final Pace pace = new Pace(doors.settings());
        private boolean tooSlow;

        PacedBody(InputBuffer in) {
            this.in = in;
        }

        @Override
        public int doRead(ApplicationBufferHandler into) throws IOException {
            long began = System.nanoTime();
            try {
                int read = in.doRead(into);
                if (!pace.moved(Math.max(read, 0), System.nanoTime() - began)) {
                    return read;
                }
            } catch (SocketTimeoutException silence) {
                // the same to us
            }
            if (!tooSlow) {
                doors.count(DoorEvent.SLOW_BODY);
            }
            tooSlow = true;
            // Tomcat would make an empty answer of its own exceptions
            throw new WireException(ErrorKind.TOO_SLOW, "The body came too slowly. After %d s it must come at %d bytes a second, and never rest for %d s.".formatted(
                    doors.settings().grace().toSeconds(), doors.settings().bytesPerSecond(), doors.settings().silence().toSeconds()));
        }

        @Override
        public int available() {
            return in.available();
        }

        /// @return whether the next request can follow
        boolean rest(org.apache.coyote.Request wire) {
            if (tooSlow) {
                return false;
            }
            var nowhere = new Nowhere();
            long unread = 0;
            try {
                while (!wire.isFinished()) {
                    int read = doRead(nowhere);
                    unread += read;
                    if (unread > MOST_UNREAD) {
                        doors.count(DoorEvent.UNREAD_BODY);
                        return false;
                    }
                    if (read < 0) {
                        return true;
                    }
                }
                return true;
            } catch (IOException | WireException gone) {
                return false;
            }
        }
    }

    private static final class Nowhere implements ApplicationBufferHandler {
        private ByteBuffer buffer = ByteBuffer.allocate(0);

        @Override
        public void setByteBuffer(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public ByteBuffer getByteBuffer() {
            return buffer;
        }

        @Override
        public void expand(int size) {
            // what is given is looked at nowhere
        }
    }
}
