package io.bessemer.api.door;

import io.bessemer.api.wire.ErrorBody;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.core.network.Visitors;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.coyote.Processor;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/// Tomcat's own timeouts begin anew with each byte, and it counts connections only in all. Here each connection has a [Visit], which knows what it waits for and since when; those that
/// are overdue are ended by Tomcat's own way (an error event), so that no thread closes what another works with.
final class DoorEndpoint extends NioEndpoint {
    private record Guest(Visit visit, InetAddress address) {}

    private final Map<SocketChannel, Guest> guests = new ConcurrentHashMap<>();
    private Doors doors;
    private Visitors visitors;

    /// Before it is started.
    void guard(Doors by) {
        doors = by;
        visitors = new Visitors(by.settings().visitors());
        by.add(this);
    }

    @Override
    public void setHandler(Handler<NioChannel> handler) {
        super.setHandler(new Watched(handler));
    }

    @Override
    protected boolean setSocketOptions(SocketChannel socket) {
        doors.count(DoorEvent.CONNECTIONS);
        InetAddress address = address(socket);
        if (address == null) { // it is gone already
            destroySocket(socket);
            return false;
        }
        if (!visitors.enter(address)) {
            doors.refused(address);
            refuse(socket);
            destroySocket(socket);
            return false;
        }
        guests.put(socket, new Guest(new Visit(System.nanoTime()), address));
        if (super.setSocketOptions(socket)) {
            return true;
        }
        if (!connections.containsKey(socket)) { // else whoever called closes it, which releases it
            left(socket);
        }
        return false;
    }

    private static InetAddress address(SocketChannel socket) {
        try {
            return socket.getRemoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
        } catch (IOException gone) {
            return null;
        }
    }

    /// It fits into the fresh socket's buffer, so that nobody is waited for. Who wants TLS cannot be told.
    private void refuse(SocketChannel socket) {
        if (isSSLEnabled()) {
            return;
        }
        try {
            socket.write(ByteBuffer.wrap(ErrorBody.wholeAnswer(ErrorKind.TRY_LATER,
                    "Your address has %d connections here, as many as one may have. Close some, or use one for several requests.".formatted(doors.settings().visitors().perAddress()))));
        } catch (IOException gone) {
            // its right
        }
    }

    private void left(SocketChannel socket) {
        Guest guest = guests.remove(socket);
        if (guest != null) {
            visitors.leave(guest.address());
        }
    }

    /// Ends the connections that are overdue.
    void look(long now) {
        boolean full = getMaxConnections() > 0 && getConnectionCount() >= getMaxConnections();
        if (full) {
            doors.count(DoorEvent.FULL);
        }
        guests.forEach((socket, guest) -> {
            DoorEvent overdue = guest.visit().endIfOverdue(now, doors.settings(), full);
            if (overdue != null) {
                doors.count(overdue);
            }
            SocketWrapperBase<NioChannel> wrapper = overdue != null || guest.visit().ended() ? connections.get(socket) : null;
            if (wrapper != null) {
                processSocket(wrapper, SocketEvent.ERROR, true);
            }
        });
    }

    /// Tomcat's handler, with a look at what goes in and comes out.
    private final class Watched implements Handler<NioChannel> {
        private final Handler<NioChannel> handler;

        Watched(Handler<NioChannel> handler) {
            this.handler = handler;
        }

        @Override
        public SocketState process(SocketWrapperBase<NioChannel> wrapper, SocketEvent event) {
            SocketChannel socket = socket(wrapper);
            Guest guest = socket == null ? null : guests.get(socket);
            if (guest == null) {
                return handler.process(wrapper, event);
            }
            if (event == SocketEvent.CONNECT_FAIL && !guest.visit().ended()) {
                doors.count(DoorEvent.NO_TLS);
            }
            DoorEvent silent = event == SocketEvent.ERROR ? guest.visit().endInSilence() : null;
            if (silent != null) {
                doors.count(silent);
            }
            if (!guest.visit().begin()) {
                if (event == SocketEvent.ERROR && guest.visit().takeToBeTold()) {
                    tell(wrapper);
                }
                return SocketState.CLOSED;
            }
            SocketState state = SocketState.CLOSED;
            try {
                state = ScopedValue.where(Visit.CURRENT, guest.visit()).call(() -> handler.process(wrapper, event));
                return state;
            } finally {
                boolean waits = wrapper.getCurrentProcessor() instanceof Processor processor && (processor.isAsync() || processor.isUpgrade());
                DoorEvent ended = guest.visit().end(state, waits, System.nanoTime());
                if (ended != null && event != SocketEvent.CONNECT_FAIL) {
                    doors.count(ended);
                }
            }
        }

        private void tell(SocketWrapperBase<NioChannel> wrapper) {
            byte[] answer = ErrorBody.wholeAnswer(ErrorKind.TOO_SLOW,
                    "The head of a request must come within %d s. Send it at once.".formatted(Math.max(1, doors.settings().head().toSeconds())));
            try {
                wrapper.write(true, answer, 0, answer.length);
                wrapper.flush(true);
            } catch (IOException gone) {
                // nobody to tell
            }
        }

        private static SocketChannel socket(SocketWrapperBase<NioChannel> wrapper) {
            return wrapper == null || wrapper.getSocket() == null ? null : wrapper.getSocket().getIOChannel();
        }

        @Override
        public Object getGlobal() {
            return handler.getGlobal();
        }

        @Override
        public void release(SocketWrapperBase<NioChannel> wrapper) {
            SocketChannel socket = socket(wrapper);
            if (socket != null) {
                left(socket);
            }
            handler.release(wrapper);
        }

        @Override
        public void pause() {
            handler.pause();
        }

        @Override
        public void recycle() {
            handler.recycle();
        }
    }
}
