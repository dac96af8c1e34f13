package io.bessemer.lab.qemu;

/// A wire on which machines boot. There is no way from one to the other, not even by the provisioner.
public enum ProvisioningNetwork {
    FIRST("prov", "172.22.0."), SECOND("prov2", "172.22.2.");

    /// `br-WIRE` is the bridge of the machines, `dc-WIRE` the provisioner's interface
    final String wire;
    private final String prefix;

    ProvisioningNetwork(String wire, String prefix) {
        this.wire = wire;
        this.prefix = prefix;
    }

    /// The provisioner's.
    public String interfaceName() {
        return "dc-" + wire;
    }

    /// The provisioner's.
    public String address() {
        return prefix + "1";
    }

    /// Addresses for machines.
    public String range() {
        return prefix + "100-" + prefix + "200";
    }

    /// As `172.22.0.`.
    public String prefix() {
        return prefix;
    }
}
