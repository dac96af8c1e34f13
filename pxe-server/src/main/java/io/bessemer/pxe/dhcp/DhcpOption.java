package io.bessemer.pxe.dhcp;

/// The option codes that we read or write; all others are kept raw.
public final class DhcpOption {
    public static final int PAD = 0;
    public static final int SUBNET_MASK = 1;
    public static final int ROUTER = 3;
    public static final int NAME_SERVERS = 6;
    public static final int BROADCAST_ADDRESS = 28;
    public static final int VENDOR_SPECIFIC = 43;
    public static final int REQUESTED_ADDRESS = 50;
    public static final int LEASE_TIME = 51;
    public static final int OVERLOAD = 52;
    public static final int MESSAGE_TYPE = 53;
    public static final int SERVER_IDENTIFIER = 54;
    public static final int PARAMETER_REQUEST_LIST = 55;
    public static final int MESSAGE = 56;
    public static final int MAXIMUM_MESSAGE_SIZE = 57;
    public static final int RENEWAL_TIME = 58;
    public static final int REBINDING_TIME = 59;
    public static final int VENDOR_CLASS = 60;
    public static final int CLIENT_IDENTIFIER = 61;
    public static final int TFTP_SERVER_NAME = 66;
    public static final int BOOT_FILE_NAME = 67;
    public static final int USER_CLASS = 77;
    public static final int RELAY_AGENT = 82;
    /// RFC 4578 §2.1
    public static final int CLIENT_SYSTEM = 93;
    /// RFC 4578 §2.2
    public static final int CLIENT_INTERFACE = 94;
    /// RFC 4578 §2.3
    public static final int CLIENT_UUID = 97;
    /// iPXE's encapsulated options
    public static final int IPXE = 175;
    public static final int END = 255;

    private DhcpOption() {}
}
