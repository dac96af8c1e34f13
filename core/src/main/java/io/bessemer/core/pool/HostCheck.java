package io.bessemer.core.pool;

import java.util.Arrays;
import java.util.Optional;

/// What is checked on a host before it is enabled.
public enum HostCheck {
    /// cloud-init ended without an error
    FIRST_BOOT("first-boot"),
    /// the CPU has `vmx` or `svm`
    CPU("cpu"),
    /// `/dev/kvm` is there and answers
    KVM_DEVICE("kvm-device"),
    /// `virt-host-validate` finds no FAIL
    VIRT_HOST_VALIDATE("virt-host-validate"),
    /// libvirt answers, and its capabilities have the profile's hypervisor
    LIBVIRT("libvirt"),
    /// the clock is synchronized and not far from the server's
    TIME("time"),
    /// the profile's networks are up
    NETWORK("network"),
    /// the profile's storage pools are active
    STORAGE("storage"),
    /// a guest really boots, says so on its console, and is removed
    CANARY("canary");

    private final String wire;

    HostCheck(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    public static Optional<HostCheck> fromWire(String text) {
        return Arrays.stream(values()).filter(check -> check.wire.equals(text)).findFirst();
    }
}
