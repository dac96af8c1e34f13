package io.bessemer.core.agent;

import io.bessemer.core.node.NodeId;
import java.time.Instant;

/// A ramdisk agent that is, or was, up on a node. There is at most one a node.
///
/// @param tokenHash  SHA-256 of its bearer token, hex; the token itself is stored nowhere
/// @param attempt    the newest flow attempt that uses it (raised when a flow finds it up: fast track)
/// @param bootMac    the NIC it booted by
/// @param address    its IP address, as seen by the API
/// @param version    of the agent
/// @param bootMode   `bios` or `uefi`
public record AgentSession(NodeId node, String tokenHash, long attempt, String bootMac, String address, String version, String bootMode,
        Instant startedAt, Instant lastSeenAt) {
}
