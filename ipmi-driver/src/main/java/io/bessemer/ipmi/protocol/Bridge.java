package io.bessemer.ipmi.protocol;

import java.util.List;
import java.util.Optional;

/// The way from a BMC to a controller behind it, on its IPMB or another bus: Send Message (IPMI 2.0 §22.7), once or one inside the other.
///
/// @param hops         the controllers on the way, the one that is meant last; empty for the BMC itself
/// @param localAddress whom the controllers are to answer
public record Bridge(List<Hop> hops, int localAddress) {
    public static final Bridge NONE = new Bridge(List.of(), LanMessage.BMC_ADDRESS);

    private static final int NET_FN_APP = 0x06;
    private static final int SEND_MESSAGE = 0x34;
    /// the BMC keeps in mind whom to give the answer to
    private static final int TRACKED = 0x40;
    /// two controllers, and one more for an answer that a controller wraps once again
    private static final int DEEPEST = 3;

    /// @param channel 0 to 15
    /// @param address slave address, even, as on the wire
    public record Hop(int channel, int address) {}

    public Bridge {
        hops = List.copyOf(hops);
        if (hops.size() > 2) {
            throw new IllegalArgumentException("%d controllers on the way; IPMI tools know at most two".formatted(hops.size()));
        }
    }

    /// The request that makes the BMC pass `request` on; itself when it is meant for the BMC.
    public LanMessage.Request wrap(LanMessage.Request request) {
        LanMessage.Request wrapped = request;
        for (Hop hop : hops.reversed()) {
            byte[] message = wrapped.encode(hop.address, localAddress);
            byte[] data = new byte[1 + message.length];
            data[0] = (byte) (TRACKED | hop.channel);
            System.arraycopy(message, 0, data, 1, message.length);
            wrapped = new LanMessage.Request(NET_FN_APP, 0, request.sequence(), SEND_MESSAGE, data);
        }
        return wrapped;
    }

    /// The answer inside an answer to Send Message.
    ///
    /// @return empty when the BMC only says that it has passed the request on
    /// @throws DecodeException when its answer makes no sense
    public static Optional<LanMessage.Response> unwrap(LanMessage.Response response) throws DecodeException {
        LanMessage.Response inner = response;
        for (int depth = 0; passedOn(inner); depth++) {
            if (inner.data().length == 0) {
                return Optional.empty();
            }
            if (depth == DEEPEST) {
                throw new DecodeException("Send Message answers are %d deep, expected at most %d".formatted(depth + 1, DEEPEST), 0);
            }
            inner = LanMessage.Response.decode(inner.data());
        }
        return Optional.of(inner);
    }

    private static boolean passedOn(LanMessage.Response response) {
        return response.netFn() == NET_FN_APP + 1 && response.command() == SEND_MESSAGE && response.completion().ok();
    }

    /// Whether this says that a controller on the way could not pass the request on.
    public static boolean failed(LanMessage.Response response) {
        return response.netFn() == NET_FN_APP + 1 && response.command() == SEND_MESSAGE && !response.completion().ok();
    }
}
