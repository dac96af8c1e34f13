package io.bessemer.conductor.flow;

import io.bessemer.core.node.Node;

/// How a node is deployed, by its `deploy_interface`.
public enum DeployInterface {
    /// only says what would have been done
    FAKE,
    /// the agent writes an image to the disk
    DIRECT,
    /// the agent does the steps that the client asks for, and no others
    CUSTOM_AGENT,
    /// the machine boots an ISO, or a kernel with an initramfs, from the network each time; nothing is written
    RAMDISK;

    public static DeployInterface of(Node node) {
        return switch (node.interfaces().getOrDefault("deploy", "direct")) {
            case "fake" -> FAKE;
            case "custom-agent" -> CUSTOM_AGENT;
            case "ramdisk" -> RAMDISK;
            default -> DIRECT;
        };
    }
}
