package io.bessemer.host.kind;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// One way to run guests by libvirt. All else, connection, guests, networks, volumes, is libvirt's and the same for every kind.
public interface Hypervisor {
    /// Name in the orders, and libvirt's `<domain type=...>`.
    String name();

    /// libvirt's connection URI on the host itself.
    String uri();

    /// Whether the CPU must have a virtualization extension and `/dev/kvm` must answer.
    boolean needsKvm();

    /// What `virt-host-validate` calls it; empty when that program does not know it.
    Optional<String> validated();

    /// Words of `virt-host-validate` lines whose FAIL is none for this kind.
    default List<String> expectedFailures() {
        return List.of();
    }

    /// libvirt XML of a guest that proves that guests run: it must write [Canary#word] to [Canary#console] and end.
    String canaryXml(Canary canary);

    /// Those of this house and those of vendors.
    static Optional<Hypervisor> find(String name) {
        return ServiceLoader.load(Hypervisor.class).stream().map(ServiceLoader.Provider::get).filter(one -> one.name().equals(name)).findFirst();
    }
}
