package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.DecodeException;
import io.netty.buffer.ByteBuf;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A DHCP message on Ethernet, RFC 2131 §2.
///
/// @param reply             op: false is BOOTREQUEST, true BOOTREPLY
/// @param secondsElapsed    since the client began to ask
/// @param broadcast         the one flag: the client cannot hear unicasts yet
/// @param clientAddress     ciaddr, 0.0.0.0 for none, as with the others
/// @param yourAddress       yiaddr
/// @param nextServer        siaddr
/// @param relay             giaddr
/// @param serverName        sname, empty when it held options
/// @param bootFile          file, empty when it held options
public record DhcpMessage(
        boolean reply, int hops, int transaction, int secondsElapsed, boolean broadcast, Inet4Address clientAddress, Inet4Address yourAddress,
        Inet4Address nextServer, Inet4Address relay, MacAddress mac, String serverName, String bootFile, DhcpMessageType type, DhcpOptions options) {
    public static final Inet4Address NO_ADDRESS = (Inet4Address) literal(0, 0, 0, 0);
    public static final Inet4Address EVERYONE = (Inet4Address) literal(255, 255, 255, 255);

    private static final int MAGIC_COOKIE = 0x63825363;
    private static final int FIXED_LENGTH = 236;
    private static final int SERVER_NAME_LENGTH = 64;
    private static final int BOOT_FILE_LENGTH = 128;
    private static final int ETHERNET = 1;
    /// some relays and clients drop shorter ones: the size of a BOOTP message
    private static final int MINIMUM_LENGTH = 300;

    /// Only `DecodeException` comes out of here, whatever the bytes.
    public static DhcpMessage decode(ByteBuf in) throws DecodeException {
        if (in.readableBytes() < FIXED_LENGTH + 4) {
            throw new DecodeException("DHCP message has %d bytes, at least %d expected".formatted(in.readableBytes(), FIXED_LENGTH + 4), in.readerIndex());
        }
        int start = in.readerIndex();
        int op = in.readUnsignedByte();
        if (op != 1 && op != 2) {
            throw new DecodeException("DHCP op %d is not 1 or 2".formatted(op), start);
        }
        int hardwareType = in.readUnsignedByte();
        int hardwareLength = in.readUnsignedByte();
        if (hardwareType != ETHERNET || hardwareLength != 6) {
            throw new DecodeException("DHCP hardware type %d with %d address bytes is not Ethernet (1 with 6)".formatted(hardwareType, hardwareLength), start + 1);
        }
        int hops = in.readUnsignedByte();
        int transaction = in.readInt();
        int secondsElapsed = in.readUnsignedShort();
        boolean broadcast = (in.readUnsignedShort() & 0x8000) != 0;
        Inet4Address clientAddress = address(in);
        Inet4Address yourAddress = address(in);
        Inet4Address nextServer = address(in);
        Inet4Address relay = address(in);
        byte[] mac = new byte[6];
        in.readBytes(mac).skipBytes(10);
        ByteBuf serverName = in.readSlice(SERVER_NAME_LENGTH);
        ByteBuf bootFile = in.readSlice(BOOT_FILE_LENGTH);
        int cookie = in.readInt();
        if (cookie != MAGIC_COOKIE) {
            throw new DecodeException("DHCP magic cookie is %08x, %08x expected".formatted(cookie, MAGIC_COOKIE), start + FIXED_LENGTH);
        }
        var reader = new DhcpOptions.Reader();
        reader.read(in, "options", false);
        int overload = reader.overload();
        boolean fileHoldsOptions = (overload & 1) != 0;
        boolean serverNameHoldsOptions = (overload & 2) != 0;
        if (fileHoldsOptions) {
            reader.read(bootFile, "file", true);
        }
        if (serverNameHoldsOptions) {
            reader.read(serverName, "sname", true);
        }
        DhcpOptions options = reader.finish();
        int code = options.unsignedByte(DhcpOption.MESSAGE_TYPE)
                .orElseThrow(() -> new DecodeException("DHCP message has no message type (option 53 of one byte)", start + FIXED_LENGTH + 4));
        DhcpMessageType type = DhcpMessageType.fromCode(code)
                .orElseThrow(() -> new DecodeException("DHCP message type %d is not in 1..8".formatted(code), start + FIXED_LENGTH + 4));
        return new DhcpMessage(op == 2, hops, transaction, secondsElapsed, broadcast, clientAddress, yourAddress, nextServer, relay, MacAddress.of(mac),
                serverNameHoldsOptions ? "" : text(serverName), fileHoldsOptions ? "" : text(bootFile), type, options);
    }

    /// Appends the message; `type` goes out as option 53 wherever `options` has it, else first.
    public void encode(ByteBuf out) {
        encode(out, Integer.MAX_VALUE);
    }

    /// Appends the message in at most `limit` bytes. What does not fit the options field goes into file and sname (option 52, RFC 2132 §9.3), as far as
    /// these are empty or said by options 66 and 67.
    ///
    /// @return the options for which there was no room
    public List<Integer> encode(ByteBuf out, int limit) {
        int start = out.writerIndex();
        DhcpOptions all = options.has(DhcpOption.MESSAGE_TYPE) ? options : DhcpOptions.builder().type(type).addAll(options).build();
        int room = limit - FIXED_LENGTH - 4;
        boolean fits = all.length() <= room;
        var layout = fits ? null : new DhcpOptionLayout(all, room,
                bootFile.isEmpty() || options.has(DhcpOption.BOOT_FILE_NAME) ? BOOT_FILE_LENGTH : 0,
                serverName.isEmpty() || options.has(DhcpOption.TFTP_SERVER_NAME) ? SERVER_NAME_LENGTH : 0);
        out.writeByte(reply ? 2 : 1).writeByte(ETHERNET).writeByte(6).writeByte(hops).writeInt(transaction).writeShort(secondsElapsed)
                .writeShort(broadcast ? 0x8000 : 0);
        out.writeBytes(clientAddress.getAddress()).writeBytes(yourAddress.getAddress()).writeBytes(nextServer.getAddress()).writeBytes(relay.getAddress());
        out.writeBytes(mac.bytes()).writeZero(10);
        if (fits || !layout.usesServerName()) {
            field(out, serverName, SERVER_NAME_LENGTH);
        } else {
            layout.writeServerName(out, SERVER_NAME_LENGTH);
        }
        if (fits || !layout.usesFile()) {
            field(out, bootFile, BOOT_FILE_LENGTH);
        } else {
            layout.writeFile(out, BOOT_FILE_LENGTH);
        }
        out.writeInt(MAGIC_COOKIE);
        if (fits) {
            all.write(out);
        } else {
            layout.writeOptions(out);
        }
        out.writeZero(Math.max(0, MINIMUM_LENGTH - (out.writerIndex() - start)));
        return fits ? List.of() : layout.leftOut();
    }

    public boolean relayed() {
        return !relay.equals(NO_ADDRESS);
    }

    private static void field(ByteBuf out, String value, int length) {
        byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length > length) { // a field that is full has no NUL
            throw new IllegalArgumentException("'" + value + "' does not fit a field of " + length + " bytes");
        }
        out.writeBytes(bytes).writeZero(length - bytes.length);
    }

    private static String text(ByteBuf field) {
        int end = field.indexOf(field.readerIndex(), field.writerIndex(), (byte) 0);
        int length = end < 0 ? field.readableBytes() : end - field.readerIndex();
        return field.toString(field.readerIndex(), length, StandardCharsets.ISO_8859_1);
    }

    private static Inet4Address address(ByteBuf in) {
        return (Inet4Address) literal(in.readUnsignedByte(), in.readUnsignedByte(), in.readUnsignedByte(), in.readUnsignedByte());
    }

    private static InetAddress literal(int a, int b, int c, int d) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) a, (byte) b, (byte) c, (byte) d});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
