package io.bessemer.core.pool;

import io.bessemer.core.fault.Failure;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What runs guests on a host, by the name that profiles and orders use. To the server it is a name: all else is known by the compute agent
/// on the host (docs/adding-a-hypervisor.md).
///
/// @param wire its name
public record HypervisorKind(String wire) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,15}"); // before the kinds, which are checked by it

    public static final HypervisorKind KVM = new HypervisorKind("kvm");
    /// emulation, where the CPU has no virtualization extension: for tests, and clearly marked as such
    public static final HypervisorKind QEMU = new HypervisorKind("qemu");
    public static final HypervisorKind LXC = new HypervisorKind("lxc");
    public static final HypervisorKind XEN = new HypervisorKind("xen");

    private static final List<HypervisorKind> OURS = List.of(KVM, QEMU, LXC, XEN);

    public HypervisorKind {
        if (!NAME.matcher(wire).matches()) {
            throw new Failure.Invalid("hypervisor", "'%s' is not the name of a hypervisor: 1 to 16 letters a-z, digits and '-', beginning with a letter.".formatted(wire));
        }
    }

    /// The kinds that profiles may name.
    ///
    /// @param all ours first
    public record Known(List<HypervisorKind> all) {

        /// @param ofVendors names of others, whose agents' part is on the hosts' images
        public static Known with(List<String> ofVendors) {
            return new Known(Stream.concat(OURS.stream(), ofVendors.stream().map(HypervisorKind::new)).distinct().toList());
        }

        /// @throws Failure.Invalid naming those that there are
        public HypervisorKind require(HypervisorKind kind) {
            if (!all.contains(kind)) {
                throw new Failure.Invalid("hypervisor", "'%s' is not one of %s. A vendor's is made known by bessemer.hosts.hypervisors."
                        .formatted(kind.wire, String.join(", ", all.stream().map(HypervisorKind::wire).toList())));
            }
            return kind;
        }
    }
}
