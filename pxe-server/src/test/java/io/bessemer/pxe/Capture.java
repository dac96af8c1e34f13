package io.bessemer.pxe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The UDP datagrams of a classic pcap file with Ethernet frames.
public record Capture(List<Datagram> datagrams) {
    public record Datagram(int sourcePort, int destinationPort, byte[] payload) {}

    public static Capture read(String name) throws IOException {
        try (InputStream in = Capture.class.getResourceAsStream("/captures/" + name)) {
            ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            if (file.getInt(0) != 0xa1b2c3d4) {
                throw new IOException(name + " is not a little-endian classic pcap file");
            }
            var datagrams = new ArrayList<Datagram>();
            file.position(24);
            while (file.remaining() >= 16) {
                int captured = file.getInt(file.position() + 8);
                ByteBuffer frame = file.slice(file.position() + 16, captured).order(ByteOrder.BIG_ENDIAN);
                file.position(file.position() + 16 + captured);
                boolean udp = captured > 42 && frame.getShort(12) == 0x0800 && frame.get(23) == 17;
                if (!udp) {
                    continue;
                }
                int header = 14 + (frame.get(14) & 15) * 4;
                int length = Math.min((frame.getShort(header + 4) & 0xffff) - 8, captured - header - 8);
                byte[] payload = new byte[length];
                frame.get(header + 8, payload);
                datagrams.add(new Datagram(frame.getShort(header) & 0xffff, frame.getShort(header + 2) & 0xffff, payload));
            }
            return new Capture(datagrams);
        }
    }

    /// What clients sent to port 67.
    public List<byte[]> dhcpRequests() {
        return datagrams.stream().filter(each -> each.destinationPort() == 67).map(Datagram::payload).toList();
    }

    public List<byte[]> dhcpReplies() {
        return datagrams.stream().filter(each -> each.sourcePort() == 67).map(Datagram::payload).toList();
    }
}
