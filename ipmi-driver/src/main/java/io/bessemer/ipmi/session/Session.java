package io.bessemer.ipmi.session;

import io.bessemer.ipmi.protocol.CipherSuite;
import io.bessemer.ipmi.protocol.DecodeException;
import io.bessemer.ipmi.protocol.IpmiPacket;
import io.bessemer.ipmi.protocol.LanMessage;
import io.bessemer.ipmi.protocol.PayloadProtection;
import io.bessemer.ipmi.protocol.PayloadType;

/// An open RMCP+ session: its ids, keys and sequence numbers. Belongs to one event loop.
final class Session {
    private final BmcAccess access;
    private final CipherSuite suite;
    private final int consoleId;
    private final int bmcId;
    private final PayloadProtection protection;
    private final SequenceWindow window = new SequenceWindow();
    private int sequence;
    private int requestSequence;
    private long heardAt;

    Session(BmcAccess access, CipherSuite suite, int consoleId, int bmcId, PayloadProtection protection, long nowNanos) {
        this.access = access;
        this.suite = suite;
        this.consoleId = consoleId;
        this.bmcId = bmcId;
        this.protection = protection;
        this.heardAt = nowNanos;
    }

    BmcAccess access() {
        return access;
    }

    CipherSuite suite() {
        return suite;
    }

    int consoleId() {
        return consoleId;
    }

    int bmcId() {
        return bmcId;
    }

    /// The number that ties an answer to its request, 1 to 63.
    int nextRequestSequence() {
        requestSequence = requestSequence % 63 + 1;
        return requestSequence;
    }

    /// A new packet, with the next session sequence number.
    byte[] seal(LanMessage.Request request) {
        return seal(PayloadType.IPMI, request.encode());
    }

    byte[] seal(int payloadType, byte[] payload) {
        sequence = sequence == -1 ? 1 : sequence + 1;
        return protection.seal(payloadType, bmcId, sequence, payload);
    }

    PayloadProtection.Opened open(byte[] datagram, IpmiPacket.RmcpPlus packet) throws DecodeException {
        return protection.open(datagram, packet);
    }

    boolean fresh(int packetSequence) {
        return window.accept(packetSequence);
    }

    void heard(long nowNanos) {
        heardAt = nowNanos;
    }

    long silentNanos(long nowNanos) {
        return nowNanos - heardAt;
    }
}
