package io.bessemer.core.pool;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/// Hosts of one profile in one zone, kept at a size.
///
/// @param name      unique
/// @param zone      its availability zone
/// @param profile   its host profile
/// @param size      hosts wanted, 0 to 10,000
/// @param halted    why the reconciler changes nothing here until an operator resumes it; null when it goes on
/// @param version   raised by each change, for compare-and-set
/// @param updatedAt null until the first change
public record HostPool(
        String name,
        String description,
        String zone,
        String profile,
        Selector selector,
        int size,
        Limits limits,
        String halted,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    public static final int MAX_SIZE = 10_000;

    public HostPool {
        PoolNames.check("name", name);
        Objects.requireNonNull(zone, "zone");
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(selector, "selector");
        Objects.requireNonNull(limits, "limits");
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Which nodes may become members: all that is given must match.
    ///
    /// @param resourceClass null for any
    /// @param traits        all of which a node must have
    /// @param racks         values of `extra.rack`, of which a node must have one; empty for any
    /// @param owner         null for any
    public record Selector(String resourceClass, Set<String> traits, Set<String> racks, String owner) {
        public static final Selector ANY = new Selector(null, Set.of(), Set.of(), null);

        public Selector {
            traits = Set.copyOf(traits);
            racks = Set.copyOf(racks);
        }
    }

    /// How fast a pool may change.
    ///
    /// @param maxChanging hosts that are deployed, verified, drained or removed at the same time, 1 or more
    /// @param maxFailures hosts in quarantine at which the pool is halted, 1 or more
    /// @param canary      whether the first host of a profile's generation must be enabled before others are begun
    public record Limits(int maxChanging, int maxFailures, boolean canary) {
        public static final Limits DEFAULT = new Limits(4, 3, true);
    }

    /// A copy with other values.
    public static final class Builder {
        private String name;
        private String description;
        private String zone;
        private String profile;
        private Selector selector;
        private int size;
        private Limits limits;
        private String halted;
        private long version;
        private Instant createdAt;
        private Instant updatedAt;

        private Builder(HostPool pool) {
            this.name = pool.name;
            this.description = pool.description;
            this.zone = pool.zone;
            this.profile = pool.profile;
            this.selector = pool.selector;
            this.size = pool.size;
            this.limits = pool.limits;
            this.halted = pool.halted;
            this.version = pool.version;
            this.createdAt = pool.createdAt;
            this.updatedAt = pool.updatedAt;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        public Builder zone(String zone) {
            this.zone = zone;
            return this;
        }

        public Builder profile(String profile) {
            this.profile = profile;
            return this;
        }

        public Builder selector(Selector selector) {
            this.selector = selector;
            return this;
        }

        public Builder size(int size) {
            this.size = size;
            return this;
        }

        public Builder limits(Limits limits) {
            this.limits = limits;
            return this;
        }

        public Builder halted(String halted) {
            this.halted = halted;
            return this;
        }

        public Builder version(long version) {
            this.version = version;
            return this;
        }

        public Builder createdAt(Instant createdAt) {
            this.createdAt = createdAt;
            return this;
        }

        public Builder updatedAt(Instant updatedAt) {
            this.updatedAt = updatedAt;
            return this;
        }

        public HostPool build() {
            return new HostPool(name, description, zone, profile, selector, size, limits, halted, version, createdAt, updatedAt);
        }
    }
}
