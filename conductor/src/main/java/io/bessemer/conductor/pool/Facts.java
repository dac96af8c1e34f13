package io.bessemer.conductor.pool;

/// Keys of a member's facts that the server puts there, beside those that the agent gathers.
final class Facts {
    /// of the agent
    static final String AGENT = "agent";
    static final String HOSTNAME = "hostname";
    /// id of the orders that the agent follows
    static final String ORDERS = "orders";
    /// `{status, errors}` of cloud-init
    static final String FIRST_BOOT = "first_boot";
    /// `{id, state}`; its checks are the member's
    static final String VERIFICATION = "verification";
    /// libvirt's, on the host itself: `qemu:///system`
    static final String URI = "uri";
    /// id of the orders by which it looks after guests
    static final String GUEST_ORDERS = "guest_orders";
    /// why guests are not as ordered, by UUID
    static final String GUEST_ERRORS = "guest_errors";
    /// `{number, state, detail}` of guests on their way, by UUID
    static final String GUEST_MOVES = "guest_moves";
    /// how far its cloud was brought, see [CloudState]
    static final String CLOUD = "cloud";

    private Facts() {}
}
