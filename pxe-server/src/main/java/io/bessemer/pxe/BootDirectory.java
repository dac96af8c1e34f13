package io.bessemer.pxe;

import io.bessemer.core.node.MacAddress;
import io.bessemer.core.node.NodeId;
import io.bessemer.core.timeline.BootPhase;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What the boot servers ask of whoever knows the machines. Every method may wait for a database, so it is called on virtual
/// threads only, never on an event loop.
public interface BootDirectory {
    /// What a machine with this MAC boots now.
    BootAnswer lookup(MacAddress mac);

    /// Which of these MACs somebody knows.
    default Set<MacAddress> known(Collection<MacAddress> macs) {
        return macs.stream().filter(mac -> !(lookup(mac) instanceof BootAnswer.Unknown)).collect(Collectors.toSet());
    }

    /// Everything that the machine's boot script says, with a fresh one-time token; empty when it shall not boot a ramdisk now.
    ///
    /// @param contentServer as the machine reached it, on its own network: `http://10.0.0.1:8088`
    Optional<RamdiskBoot> ramdisk(MacAddress mac, URI contentServer);

    /// What a machine boots from the network that shall not boot our ramdisk; empty when it boots its own disk.
    Optional<InstanceBoot> instance(MacAddress mac);

    /// Notes a protocol event on the node's timeline; a MAC that nobody knows is counted and dropped. Never throws.
    ///
    /// @param source `dhcp`, `tftp` or `http`
    /// @param event  short and constant: `discover`, `offer`, `request`, `ack`, `read-request`, `file`, `script`
    void observed(MacAddress mac, BootPhase phase, String source, String event, String message, Map<String, Object> details);

    /// Who may read images by this agent token.
    Optional<ImageReader> imageReader(String bearerToken);

    /// A machine that writes an image.
    ///
    /// @param pool that it counts to: pools have equal shares when many machines fetch images at once
    record ImageReader(NodeId node, String pool) {}

    /// The answer to "what does this MAC boot now?".
    sealed interface BootAnswer {
        /// boots the deploy ramdisk
        record Ramdisk(NodeId node, long attempt) implements BootAnswer {}

        /// known, and shall boot its own disk: its boot script sends it there
        record LocalDisk(NodeId node) implements BootAnswer {}

        /// nobody knows this MAC
        record Unknown() implements BootAnswer {}
    }

    /// An instance that lives in memory. Files are named by the ids of imported ones, under `/boot/images/`.
    sealed interface InstanceBoot {
        NodeId node();

        record Iso(NodeId node, String file) implements InstanceBoot {}

        /// @param arguments of the kernel, in order
        record Kernel(NodeId node, String kernel, String initramfs, List<String> arguments) implements InstanceBoot {
            public Kernel {
                arguments = List.copyOf(arguments);
            }
        }
    }

    /// @param kernel          file name under `/boot/files/`
    /// @param initramfs       file name under `/boot/files/`
    /// @param kernelArguments in order, without `initrd=` and `BOOTIF=`, which the script adds
    record RamdiskBoot(NodeId node, long attempt, String kernel, String initramfs, List<String> kernelArguments) {
        public RamdiskBoot {
            kernelArguments = List.copyOf(kernelArguments);
        }
    }
}
