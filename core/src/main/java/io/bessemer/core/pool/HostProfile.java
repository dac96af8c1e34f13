package io.bessemer.core.pool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/// What a machine becomes: the image and all that makes a host of it.
///
/// @param name          unique
/// @param description   null when not set
/// @param image         name of an imported image, or a URL: Ironic's `image_source`
/// @param packages      to install on first boot; empty with [Bootstrap#IMAGE]
/// @param packageMirror sources.list line for `packages`, null for those of the image
/// @param networks      what libvirt shall offer to guests
/// @param storagePools  where libvirt shall keep volumes
/// @param checks        to pass before a host is enabled, in order
/// @param cloud         name of a configured cloud that hosts join, null for none but Bessemer
/// @param generation    raised by each change that hosts only get by being imaged again
/// @param updatedAt     null until the first change
public record HostProfile(
        String name,
        String description,
        String image,
        HypervisorKind hypervisor,
        Bootstrap bootstrap,
        List<String> packages,
        String packageMirror,
        List<Network> networks,
        List<StoragePool> storagePools,
        List<HostCheck> checks,
        String cloud,
        Deadlines deadlines,
        long generation,
        Instant createdAt,
        Instant updatedAt) {

    public HostProfile {
        PoolNames.check("name", name);
        Objects.requireNonNull(image, "image");
        packages = List.copyOf(packages);
        networks = List.copyOf(networks);
        storagePools = List.copyOf(storagePools);
        checks = List.copyOf(checks);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Whether hosts of `other` must be imaged again to become hosts of this. Networks, storage pools and checks reach a running host
    /// by its orders, deadlines concern the server alone.
    public boolean needsImaging(HostProfile other) {
        return !image.equals(other.image)
                || !hypervisor.equals(other.hypervisor)
                || bootstrap != other.bootstrap
                || !packages.equals(other.packages)
                || !Objects.equals(packageMirror, other.packageMirror)
                || !Objects.equals(cloud, other.cloud);
    }

    /// A libvirt network (https://libvirt.org/formatnetwork.html).
    ///
    /// @param name   in libvirt
    /// @param bridge the host's bridge, at most 15 characters
    /// @param nic    the host's NIC that becomes a port of the bridge and lends it its address; null for a network of the host's own,
    ///               with NAT
    /// @param cidr   of a network with NAT, as in `192.168.122.0/24`; null with `nic`
    public record Network(String name, String bridge, String nic, String cidr) {}

    /// A libvirt storage pool of type `dir` (https://libvirt.org/formatstorage.html).
    ///
    /// @param path absolute, on the host
    public record StoragePool(String name, String path) {}

    /// How long a host may take. Each ends in [HypervisorState#QUARANTINED] with its phase named.
    ///
    /// @param deploy    from allocation to `active`
    /// @param bootstrap from `active` to the agent's joining
    /// @param verify    of all checks
    /// @param drain     of guests leaving
    /// @param silence   without a report from an enabled host
    public record Deadlines(Duration deploy, Duration bootstrap, Duration verify, Duration drain, Duration silence) {
        public static final Deadlines DEFAULT =
                new Deadlines(Duration.ofMinutes(60), Duration.ofMinutes(30), Duration.ofMinutes(20), Duration.ofHours(1), Duration.ofMinutes(5));
    }

    /// A copy with other values.
    public static final class Builder {
        private String name;
        private String description;
        private String image;
        private HypervisorKind hypervisor;
        private Bootstrap bootstrap;
        private List<String> packages;
        private String packageMirror;
        private List<Network> networks;
        private List<StoragePool> storagePools;
        private List<HostCheck> checks;
        private String cloud;
        private Deadlines deadlines;
        private long generation;
        private Instant createdAt;
        private Instant updatedAt;

        private Builder(HostProfile profile) {
            this.name = profile.name;
            this.description = profile.description;
            this.image = profile.image;
            this.hypervisor = profile.hypervisor;
            this.bootstrap = profile.bootstrap;
            this.packages = profile.packages;
            this.packageMirror = profile.packageMirror;
            this.networks = profile.networks;
            this.storagePools = profile.storagePools;
            this.checks = profile.checks;
            this.cloud = profile.cloud;
            this.deadlines = profile.deadlines;
            this.generation = profile.generation;
            this.createdAt = profile.createdAt;
            this.updatedAt = profile.updatedAt;
        }

        public Builder name(String name) {
            this.name = name;
            return this;
        }

        public Builder description(String description) {
            this.description = description;
            return this;
        }

        public Builder image(String image) {
            this.image = image;
            return this;
        }

        public Builder hypervisor(HypervisorKind hypervisor) {
            this.hypervisor = hypervisor;
            return this;
        }

        public Builder bootstrap(Bootstrap bootstrap) {
            this.bootstrap = bootstrap;
            return this;
        }

        public Builder packages(List<String> packages) {
            this.packages = packages;
            return this;
        }

        public Builder packageMirror(String packageMirror) {
            this.packageMirror = packageMirror;
            return this;
        }

        public Builder networks(List<Network> networks) {
            this.networks = networks;
            return this;
        }

        public Builder storagePools(List<StoragePool> storagePools) {
            this.storagePools = storagePools;
            return this;
        }

        public Builder checks(List<HostCheck> checks) {
            this.checks = checks;
            return this;
        }

        public Builder cloud(String cloud) {
            this.cloud = cloud;
            return this;
        }

        public Builder deadlines(Deadlines deadlines) {
            this.deadlines = deadlines;
            return this;
        }

        public Builder generation(long generation) {
            this.generation = generation;
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

        public HostProfile build() {
            return new HostProfile(name, description, image, hypervisor, bootstrap, packages, packageMirror, networks, storagePools, checks,
                    cloud, deadlines, generation, createdAt, updatedAt);
        }
    }
}
