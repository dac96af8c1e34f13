package io.bessemer.conductor.flow;

import io.bessemer.conductor.RamdiskArguments;
import io.bessemer.core.image.ImageLibrary.BootParts;
import io.bessemer.core.image.ImageLibrary.ImageSource;
import io.bessemer.core.node.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a machine boots from the network whenever it boots, when it was deployed by `deploy_interface: ramdisk`. Kept in `driver_internal_info` from the deploy until the
/// instance is gone.
///
/// @param iso       id of an imported file; null when it is a kernel
/// @param kernel    id of an imported file
/// @param initramfs id of an imported file
/// @param arguments of the kernel, each a word
public record InstanceRamdisk(String iso, String kernel, String initramfs, List<String> arguments) {
    /// in `driver_internal_info`
    static final String KEY = "instance_ramdisk";

    public InstanceRamdisk {
        arguments = List.copyOf(arguments);
    }

    /// What `instance_info` names itself, by Ironic's keys.
    public static BootParts named(Node node) {
        Map<String, Object> info = node.instanceInfo();
        return new BootParts(RequestImage.text(info, "boot_iso"), RequestImage.text(info, "kernel"), RequestImage.text(info, "ramdisk"));
    }

    static ImageSource file(Node node, String source) {
        return new ImageSource(source, null, null, null, RequestImage.text(node.properties(), "cpu_arch"), RequestImage.text(node.instanceInfo(), "image_pull_secret"));
    }

    static InstanceRamdisk iso(String id) {
        return new InstanceRamdisk(id, null, null, List.of());
    }

    static InstanceRamdisk kernel(Node node, String kernel, String initramfs) {
        return new InstanceRamdisk(null, kernel, initramfs, RamdiskArguments.of(node));
    }

    /// The one that this node was given; empty when it boots its disk.
    public static Optional<InstanceRamdisk> of(Node node) {
        if (!(node.driverInternalInfo().get(KEY) instanceof Map<?, ?> kept)) {
            return Optional.empty();
        }
        List<String> arguments = kept.get("arguments") instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of();
        return Optional.of(new InstanceRamdisk((String) kept.get("iso"), (String) kept.get("kernel"), (String) kept.get("initramfs"), arguments));
    }

    /// Before a deploy, which may be one of another kind.
    public static Node forgotten(Node node) {
        return node.toBuilder().internal(KEY, null).build();
    }

    Node keptBy(Node node) {
        Map<String, Object> map = new LinkedHashMap<>();
        if (iso != null) {
            map.put("iso", iso);
        } else {
            map.putAll(Map.of("kernel", kernel, "initramfs", initramfs, "arguments", arguments));
        }
        return node.toBuilder().internal(KEY, map).build();
    }
}
