package io.bessemer.core.pool;

import io.bessemer.core.pool.Hypervisor.Capacity;
import io.bessemer.core.pool.Hypervisor.CheckResult;
import io.bessemer.core.pool.Hypervisor.Guest;
import io.bessemer.core.pool.Hypervisor.Imaged;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Collects changes to a hypervisor. Its state changes by [Hypervisor#moved] alone.
public final class HypervisorBuilder {
    private final Hypervisor from;
    private HypervisorState state;
    private String reason;
    private Instant stateSince;
    private Instant deadline;
    private Imaged imaged;
    private boolean reimage;
    private long attempt;
    private String joinTokenHash;
    private Instant joinTokenExpires;
    private String joinKeyHash;
    private String certificateSerial;
    private Instant certificateExpires;
    private String address;
    private Map<String, Object> facts;
    private Capacity capacity;
    private List<CheckResult> checks;
    private long verification;
    private List<Guest> guests;
    private Instant reportedAt;

    HypervisorBuilder(Hypervisor from) {
        this.from = from;
        state = from.state();
        reason = from.reason();
        stateSince = from.stateSince();
        deadline = from.deadline();
        imaged = from.imaged();
        reimage = from.reimage();
        attempt = from.attempt();
        joinTokenHash = from.joinTokenHash();
        joinTokenExpires = from.joinTokenExpires();
        joinKeyHash = from.joinKeyHash();
        certificateSerial = from.certificateSerial();
        certificateExpires = from.certificateExpires();
        address = from.address();
        facts = from.facts();
        capacity = from.capacity();
        checks = from.checks();
        verification = from.verification();
        guests = from.guests();
        reportedAt = from.reportedAt();
    }

    HypervisorBuilder state(HypervisorState value, String why, Instant since, Instant until) {
        state = value;
        reason = why;
        stateSince = since;
        deadline = until;
        return this;
    }

    public HypervisorBuilder reason(String value) {
        reason = value;
        return this;
    }

    /// For a wait that is nobody's fault: the end of the state is put off, never brought forward.
    public HypervisorBuilder putOff(Instant until) {
        if (deadline != null && deadline.isBefore(until)) {
            deadline = until;
        }
        return this;
    }

    public HypervisorBuilder imaged(Imaged value) {
        imaged = value;
        return this;
    }

    public HypervisorBuilder reimage(boolean value) {
        reimage = value;
        return this;
    }

    public HypervisorBuilder attempt(long value) {
        attempt = value;
        return this;
    }

    public HypervisorBuilder joinToken(String hash, Instant expires) {
        joinTokenHash = hash;
        joinTokenExpires = expires;
        return this;
    }

    public HypervisorBuilder joinKeyHash(String value) {
        joinKeyHash = value;
        return this;
    }

    public HypervisorBuilder certificate(String serial, Instant expires) {
        certificateSerial = serial;
        certificateExpires = expires;
        return this;
    }

    public HypervisorBuilder address(String value) {
        address = value;
        return this;
    }

    public HypervisorBuilder facts(Map<String, Object> value) {
        facts = value;
        return this;
    }

    public HypervisorBuilder capacity(Capacity value) {
        capacity = value;
        return this;
    }

    public HypervisorBuilder verification(long number, List<CheckResult> results) {
        verification = number;
        checks = results;
        return this;
    }

    public HypervisorBuilder guests(List<Guest> value) {
        guests = value;
        return this;
    }

    public HypervisorBuilder reportedAt(Instant value) {
        reportedAt = value;
        return this;
    }

    public Hypervisor build() {
        return new Hypervisor(from.node(), from.pool(), from.zone(), state, reason, stateSince, deadline, imaged, reimage, attempt, joinTokenHash,
                joinTokenExpires, joinKeyHash, certificateSerial, certificateExpires, address, facts, capacity, checks, verification, guests, reportedAt,
                from.version(), from.createdAt(), from.updatedAt());
    }
}
