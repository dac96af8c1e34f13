package io.bessemer.pxe.dhcp;

import io.bessemer.core.node.MacAddress;
import io.bessemer.pxe.Subnet;
import io.bessemer.pxe.firmware.Firmware;
import java.net.Inet4Address;
import java.time.Duration;

/// How one message is answered, once it is decided with what: RFC 2131 table 3, and what each firmware wants to hear on a network of each mode.
final class DhcpReplies {
    private static final byte[] NO_PROXY_DHCP = {(byte) 176, 1, 1};
    /// PXE 2.1 table 2-1: in option 43, sub-option 6, bit 3: take the boot file of this offer, with no prompt, menu or discovery of boot servers
    private static final byte[] TAKE_THE_BOOT_FILE = {6, 1, 8, (byte) DhcpOption.END};
    /// PXE 2.1 §2.2.5: which boot server is asked for, and which answers
    private static final int PXE_BOOT_ITEM = 71;

    private final DhcpMessage request;
    private final Inet4Address own;
    private final Subnet subnet;
    private final RelayAgent relay;
    private final Firmware firmware;
    private final Duration leaseTime;
    private final MacAddress mac;

    /// @param own our address where the request came in
    DhcpReplies(DhcpMessage request, Inet4Address own, Subnet subnet, RelayAgent relay, Firmware firmware, Duration leaseTime) {
        this.request = request;
        this.own = own;
        this.subnet = subnet;
        this.relay = relay;
        this.firmware = firmware;
        this.leaseTime = leaseTime;
        this.mac = request.mac();
    }

    DhcpMessage refusal(String reason) {
        DhcpOptions options = DhcpOptions.builder().type(DhcpMessageType.NAK).address(DhcpOption.SERVER_IDENTIFIER, serverIdentifier())
                .text(DhcpOption.MESSAGE, reason).echo(DhcpOption.CLIENT_IDENTIFIER, request.options()).echo(DhcpOption.RELAY_AGENT, request.options()).build();
        // RFC 2131 §4.3.2: behind a relay, the refusal must be broadcast to a client that has no address
        return new DhcpMessage(true, 0, request.transaction(), 0, request.broadcast() || request.relayed(), DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS, DhcpMessage.NO_ADDRESS,
                request.relay(), mac, "", "", DhcpMessageType.NAK, options);
    }

    DhcpMessage of(DhcpMessageType type, Inet4Address yourAddress, BootTarget target) {
        DhcpOptions asked = request.options();
        var options = DhcpOptions.builder().type(type).address(DhcpOption.SERVER_IDENTIFIER, serverIdentifier());
        if (!subnet.proxied()) {
            if (request.type() != DhcpMessageType.INFORM) { // RFC 2131 §4.3.5
                long time = leaseTime.toSeconds();
                options.seconds(DhcpOption.LEASE_TIME, time).seconds(DhcpOption.RENEWAL_TIME, time / 2).seconds(DhcpOption.REBINDING_TIME, time * 7 / 8);
            }
            options.address(DhcpOption.SUBNET_MASK, subnet.mask()).address(DhcpOption.BROADCAST_ADDRESS, subnet.broadcast());
            subnet.router().ifPresent(router -> options.address(DhcpOption.ROUTER, router));
            options.addresses(DhcpOption.NAME_SERVERS, subnet.nameServers());
        }
        Inet4Address nextServer = DhcpMessage.NO_ADDRESS;
        String serverName = "";
        String bootFile = "";
        switch (target) {
            case BootTarget.ByTftp(var file) -> {
                nextServer = own;
                serverName = own.getHostAddress();
                bootFile = file;
                options.text(DhcpOption.TFTP_SERVER_NAME, serverName).text(DhcpOption.BOOT_FILE_NAME, file);
            }
            case BootTarget.ByHttp(var url) -> {
                nextServer = own;
                bootFile = url;
                options.text(DhcpOption.BOOT_FILE_NAME, url);
            }
            case BootTarget.Nothing(), BootTarget.NoLoader _ -> { }
        }
        addForFirmware(options);
        if (!(firmware instanceof Firmware.OperatingSystem)) {
            options.echo(DhcpOption.CLIENT_UUID, asked);
        }
        options.echo(DhcpOption.CLIENT_IDENTIFIER, asked); // RFC 6842
        options.echo(DhcpOption.RELAY_AGENT, asked); // RFC 3046 §2.2, the last one
        Inet4Address clientAddress = type == DhcpMessageType.ACK ? request.clientAddress() : DhcpMessage.NO_ADDRESS;
        return new DhcpMessage(true, 0, request.transaction(), 0, request.broadcast(), clientAddress, yourAddress, nextServer, request.relay(), mac,
                serverName, bootFile, type, options.build());
    }

    private Inet4Address serverIdentifier() {
        return relay.serverOverride().orElse(own);
    }

    private void addForFirmware(DhcpOptions.Builder options) {
        switch (firmware) {
            case Firmware.HttpBoot _ -> options.text(DhcpOption.VENDOR_CLASS, "HTTPClient"); // offers without it are ignored
            // without 60 an offer that has no address is no proxy's; without 43 OVMF then asks for boot servers
            case Firmware.Ipxe _, Firmware.Pxe _ when subnet.proxied() -> options.text(DhcpOption.VENDOR_CLASS, "PXEClient").bytes(DhcpOption.VENDOR_SPECIFIC, pxeOptions());
            case Firmware.Ipxe _ -> options.bytes(DhcpOption.IPXE, NO_PROXY_DHCP); // else iPXE waits 3 s for a proxy's offer
            // neither 60 nor 43: with 60 `PXEClient` firmware starts PXE's own boot server discovery, without it boots the file
            case Firmware.Pxe _, Firmware.OperatingSystem _ -> { }
        }
    }

    /// A client that asks for a boot server by its number, as some ROMs do whatever they were told, gets that number back.
    private byte[] pxeOptions() {
        byte[] asked = request.options().bytes(DhcpOption.VENDOR_SPECIFIC).orElse(new byte[0]);
        for (int at = 0; at + 2 <= asked.length && asked[at] != (byte) DhcpOption.END; ) {
            int end = at + 2 + (asked[at + 1] & 0xff);
            if (asked[at] == PXE_BOOT_ITEM && end == at + 6 && end <= asked.length) {
                return new byte[] {6, 1, 8, PXE_BOOT_ITEM, 4, asked[at + 2], asked[at + 3], asked[at + 4], asked[at + 5], (byte) DhcpOption.END};
            }
            at = end;
        }
        return TAKE_THE_BOOT_FILE;
    }
}
