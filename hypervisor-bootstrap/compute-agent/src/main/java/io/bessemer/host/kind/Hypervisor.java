package io.bessemer.host.kind;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// One way to run guests by libvirt. All else, connection, guests, networks, volumes, is libvirt's and the same for every kind. How a vendor
/// adds one: docs/adding-a-hypervisor.md.
public interface Hypervisor {
    /// Its name in profiles and orders.
    String name();

    /// libvirt's connection URI on the host itself.
    String uri();

    /// libvirt's `<domain type=...>`, which the check `libvirt` looks for.
    default String domainType() {
        return name();
    }

    /// Whether the CPU must have a virtualization extension and `/dev/kvm` must answer.
    boolean needsKvm();

    /// Whether guests' instructions are emulated in software: tens of times slower, so operators see it marked wherever its hosts are shown.
    default boolean emulates() {
        return false;
    }

    /// What `virt-host-validate` calls it; empty when that program does not know it.
    Optional<String> validated();

    /// Words of `virt-host-validate` lines whose FAIL is none for this kind.
    default List<String> expectedFailures() {
        return List.of();
    }

    /// libvirt XML of a guest that proves that guests run: it must write [Canary#word] to [#console] and end.
    String canaryXml(Canary canary);

    /// The file in which the canary's word is looked for.
    default Path console(Canary canary) {
        return canary.console();
    }

    /// Whether the canary can be tied to the agent's connection, so that it is gone when the agent is; else the next canary removes it.
    default boolean tiesGuests() {
        return true;
    }

    /// How long the canary may take, in what is left of the time for all checks.
    default Duration canaryLimit() {
        return Duration.ofMinutes(5);
    }

    /// Those of this house and those of vendors.
    static Optional<Hypervisor> find(String name) {
        return all().filter(one -> one.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return all().map(Hypervisor::name).toList();
    }

    private static Stream<Hypervisor> all() {
        return ServiceLoader.load(Hypervisor.class).stream().map(ServiceLoader.Provider::get);
    }
}
