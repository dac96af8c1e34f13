package io.bessemer.host.libvirt;

/// An IPv4 network.
///
/// @param base   its first address, as an unsigned number
/// @param prefix 8 to 30
record Subnet(long base, int prefix) {

    /// @param cidr as in `192.168.122.0/24`
    /// @throws IllegalArgumentException saying what is allowed
    static Subnet parse(String cidr) {
        if (!cidr.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}")) {
            throw new IllegalArgumentException("cidr %s is no network: write it as 192.168.122.0/24".formatted(cidr));
        }
        String[] parts = cidr.split("[./]");
        long address = 0;
        for (int i = 0; i < 4; i++) {
            int part = Integer.parseInt(parts[i]);
            if (part > 255) {
                throw new IllegalArgumentException("cidr %s is no network: %d is more than 255".formatted(cidr, part));
            }
            address = address << 8 | part;
        }
        int prefix = Integer.parseInt(parts[4]);
        if (prefix < 8 || prefix > 30) {
            throw new IllegalArgumentException("cidr %s: the prefix of a network with NAT is 8 to 30".formatted(cidr));
        }
        return new Subnet(address >> 32 - prefix << 32 - prefix, prefix);
    }

    String address(long offset) {
        long address = base + offset;
        return "%d.%d.%d.%d".formatted(address >> 24 & 255, address >> 16 & 255, address >> 8 & 255, address & 255);
    }

    /// The last address that is not the broadcast's.
    String last() {
        return address((1L << 32 - prefix) - 2);
    }
}
