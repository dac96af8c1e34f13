package io.bessemer.api.pool;

import static io.bessemer.api.wire.Field.of;

import io.bessemer.api.wire.Fields;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Values;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.pool.Bootstrap;
import io.bessemer.core.pool.HostCheck;
import io.bessemer.core.pool.HostPackages;
import io.bessemer.core.pool.HostProfile;
import io.bessemer.core.pool.HostProfile.Deadlines;
import io.bessemer.core.pool.HostProfile.Network;
import io.bessemer.core.pool.HostProfile.StoragePool;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.pool.PoolNames;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// The host profile's fields: `docs/reference/host-profiles.md`.
final class HostProfileFields {
    static final Fields<HostProfile> TABLE = new Fields<>("host profile", List.of(
            of("name", 1, HostProfile::name).setOnce((profile, value, field) ->
                    profile.toBuilder().name(PoolNames.check(field, Values.text(value, field))).build()).list().sort(),
            of("description", 1, HostProfile::description).set((profile, value, field) ->
                    profile.toBuilder().description(Shapes.description(value, field)).build()),
            of("image", 1, HostProfile::image).set((profile, value, field) -> profile.toBuilder().image(image(value, field)).build()).list().sort(),
            of("hypervisor", 1, (HostProfile profile) -> (Object) profile.hypervisor().wire()).set((profile, value, field) -> profile.toBuilder()
                    .hypervisor(value == null ? HypervisorKind.KVM : new HypervisorKind(Values.text(value, field))).build()).list().sort(),
            of("bootstrap", 1, (HostProfile profile) -> (Object) profile.bootstrap().wire()).set((profile, value, field) -> profile.toBuilder()
                    .bootstrap(value == null ? Bootstrap.IMAGE : Shapes.word(value, field, Bootstrap::fromWire, Bootstrap::wire, Bootstrap.class)).build())
                    .list().sort(),
            of("packages", 1, HostProfile::packages).set((profile, value, field) -> profile.toBuilder()
                    .packages(Shapes.list(value, field, 500, HostProfileFields::packageName)).build()),
            of("package_mirror", 1, HostProfile::packageMirror).set((profile, value, field) -> profile.toBuilder().packageMirror(mirror(value, field)).build()),
            of("networks", 1, (HostProfile profile) -> (Object) profile.networks().stream().map(HostProfileFields::shown).toList())
                    .set((profile, value, field) -> profile.toBuilder().networks(networks(value, field)).build()),
            of("storage_pools", 1, (HostProfile profile) -> (Object) profile.storagePools().stream().map(HostProfileFields::shown).toList())
                    .set((profile, value, field) -> profile.toBuilder().storagePools(storagePools(value, field)).build()),
            of("checks", 1, (HostProfile profile) -> (Object) profile.checks().stream().map(HostCheck::wire).toList()).set((profile, value, field) ->
                    profile.toBuilder().checks(checks(value, field)).build()),
            of("cloud", 1, HostProfile::cloud).set((profile, value, field) -> profile.toBuilder()
                    .cloud(value == null ? null : PoolNames.check(field, Values.text(value, field))).build()).list().sort(),
            of("deadlines", 1, (HostProfile profile) -> (Object) shown(profile.deadlines())).set((profile, value, field) -> profile.toBuilder()
                    .deadlines(deadlines(value, field)).build()),
            of("generation", 1, HostProfile::generation).list(),
            of("created_at", 1, (HostProfile profile) -> Values.time(profile.createdAt())).sort(),
            of("updated_at", 1, (HostProfile profile) -> Values.time(profile.updatedAt())).sort(),
            of("links", 1, (BiFunction<HostProfile, RequestContext, Object>) (profile, context) -> Links.of(context, "host_profiles/" + profile.name()))
                    .list()));

    private static final int LONGEST_IMAGE = 2048;
    private static final int LONGEST_MIRROR = 2048;
    private static final int MOST = 64;
    /// Linux's IFNAMSIZ is 16 with the terminating NUL.
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
    /// Debian policy 5.6.1, and `=VERSION` and `/SUITE` as apt takes them.
    private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?([=/][A-Za-z0-9.+:~-]+)?");
    private static final Pattern CIDR = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    private HostProfileFields() {
    }

    /// With the defaults of a new profile, but for its image.
    static HostProfile draft(String name) {
        return new HostProfile(name, null, "", HypervisorKind.KVM, Bootstrap.IMAGE, List.of(), null,
                List.of(new Network("default", "virbr0", null, "192.168.122.0/24")),
                List.of(new StoragePool("default", "/var/lib/libvirt/images")), List.of(HostCheck.values()), null, Deadlines.DEFAULT, 1, null,
                null);
    }

    /// What must hold between the fields.
    ///
    /// @param kinds that there are
    static HostProfile check(HostProfile profile, HypervisorKind.Known kinds) {
        kinds.require(profile.hypervisor());
        if (profile.bootstrap() == Bootstrap.IMAGE) {
            if (!profile.packages().isEmpty()) {
                throw new Failure.Invalid("packages", "are installed by bootstrap 'first-boot' alone; it is 'image'.");
            }
            if (profile.packageMirror() != null) {
                throw new Failure.Invalid("package_mirror", "is used by bootstrap 'first-boot' alone; it is 'image'.");
            }
        }
        if (profile.bootstrap() == Bootstrap.FIRST_BOOT && profile.hypervisor().equals(HypervisorKind.XEN)) {
            throw new Failure.Invalid("bootstrap", "'first-boot' makes no host of Xen, which has to be booted under its hypervisor. Use 'image', with an image that is.");
        }
        if (profile.bootstrap() == Bootstrap.FIRST_BOOT && profile.packages().isEmpty() && HostPackages.of(profile.hypervisor()).isEmpty()) {
            throw new Failure.Invalid("packages", "must name what a host of hypervisor '%s' needs: those of a vendor's are not known.".formatted(profile.hypervisor().wire()));
        }
        return profile;
    }

    private static String image(Object value, String field) {
        if (value == null) {
            throw new Failure.Invalid(field, "cannot be removed.");
        }
        String text = Values.text(value, field, LONGEST_IMAGE);
        boolean url = text.matches("(https?|file)://[^\\s]+");
        if (!url && !text.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new Failure.Invalid(field, "'%s' is neither the name of an image nor an http, https or file URL.".formatted(text));
        }
        return text;
    }

    private static String packageName(Object value, String field) {
        String name = Values.text(value, field, 255);
        if (!PACKAGE.matcher(name).matches()) {
            throw new Failure.Invalid(field, "'%s' is not the name of a Debian package.".formatted(name));
        }
        return name;
    }

    private static String mirror(Object value, String field) {
        if (value == null) {
            return null;
        }
        String line = Values.text(value, field, LONGEST_MIRROR);
        if (!line.matches("deb( \\[[^\\[\\]\\v]+])? \\S+ \\S+( \\S+)*")) {
            throw new Failure.Invalid(field, "'%s' is not a line of sources.list such as: deb URL SUITE COMPONENT...".formatted(line));
        }
        return line;
    }

    private static List<Network> networks(Object value, String field) {
        List<Network> networks = Shapes.list(value, field, MOST, HostProfileFields::network);
        Shapes.requireUnique(networks, Network::name, field, "network");
        Shapes.requireUnique(networks, Network::bridge, field, "bridge");
        return networks;
    }

    private static Network network(Object value, String field) {
        Map<String, Object> members = Shapes.object(value, field, "name", "bridge", "nic", "cidr");
        String name = PoolNames.check(field + "/name", Values.text(required(members, "name", field), field + "/name"));
        String bridge = link(required(members, "bridge", field), field + "/bridge");
        String nic = members.get("nic") == null ? null : link(members.get("nic"), field + "/nic");
        String cidr = members.get("cidr") == null ? null : cidr(members.get("cidr"), field + "/cidr");
        if ((nic == null) == (cidr == null)) {
            throw new Failure.Invalid(field, "needs either 'nic', to put guests on that NIC's network, or 'cidr', for a network of the host's own with NAT.");
        }
        return new Network(name, bridge, nic, cidr);
    }

    private static String link(Object value, String field) {
        String name = Values.text(value, field);
        if (!INTERFACE.matcher(name).matches()) {
            throw new Failure.Invalid(field, "'%s' is not the name of a network interface. Use 1 to 15 letters, digits, '.', '_' and '-'.".formatted(name));
        }
        return name;
    }

    /// The network's own address: no bits beyond the prefix, and room for guests.
    private static String cidr(Object value, String field) {
        String text = Values.text(value, field);
        var parts = CIDR.matcher(text);
        if (parts.matches()) {
            long address = 0;
            boolean bytes = true;
            for (int i = 1; i <= 4; i++) {
                int part = Integer.parseInt(parts.group(i));
                bytes &= part <= 255;
                address = address << 8 | part;
            }
            int prefix = Integer.parseInt(parts.group(5));
            if (bytes && prefix >= 8 && prefix <= 29 && (address & (1L << 32 - prefix) - 1) == 0) {
                return text;
            }
        }
        throw new Failure.Invalid(field, "'%s' is not an IPv4 network such as 192.168.122.0/24, with a prefix from 8 to 29.".formatted(text));
    }

    private static List<StoragePool> storagePools(Object value, String field) {
        List<StoragePool> pools = Shapes.list(value, field, MOST, HostProfileFields::storagePool);
        Shapes.requireUnique(pools, StoragePool::name, field, "storage pool");
        Shapes.requireUnique(pools, StoragePool::path, field, "path");
        return pools;
    }

    private static StoragePool storagePool(Object value, String field) {
        Map<String, Object> members = Shapes.object(value, field, "name", "path");
        String name = PoolNames.check(field + "/name", Values.text(required(members, "name", field), field + "/name"));
        String path = Values.text(required(members, "path", field), field + "/path", 1024);
        if (!path.matches("(/[A-Za-z0-9_.+@:-]+)+") || path.matches(".*/\\.\\.?(/.*)?")) {
            throw new Failure.Invalid(field + "/path", "'%s' is not an absolute path such as /var/lib/libvirt/images, without '.', '..' and a '/' at its end."
                    .formatted(path));
        }
        return new StoragePool(name, path);
    }

    private static Object required(Map<String, Object> members, String name, String field) {
        if (members.get(name) == null) {
            throw new Failure.Missing(field + "/" + name, "Each element needs one.");
        }
        return members.get(name);
    }

    private static List<HostCheck> checks(Object value, String field) {
        List<HostCheck> checks = value == null ? List.of(HostCheck.values())
                : Shapes.list(value, field, MOST, (one, path) -> Shapes.word(one, path, HostCheck::fromWire, HostCheck::wire, HostCheck.class));
        Shapes.requireUnique(checks, HostCheck::wire, field, "check");
        return checks;
    }

    /// Those that are not given get their defaults.
    private static Deadlines deadlines(Object value, String field) {
        Deadlines usual = Deadlines.DEFAULT;
        if (value == null) {
            return usual;
        }
        Map<String, Object> members = Shapes.object(value, field, "deploy", "bootstrap", "verify", "drain", "silence");
        Map<String, Duration> given = new LinkedHashMap<>();
        members.forEach((name, time) -> {
            if (time != null) {
                given.put(name, Shapes.duration(time, field + "/" + name));
            }
        });
        return new Deadlines(given.getOrDefault("deploy", usual.deploy()), given.getOrDefault("bootstrap", usual.bootstrap()),
                given.getOrDefault("verify", usual.verify()), given.getOrDefault("drain", usual.drain()), given.getOrDefault("silence", usual.silence()));
    }

    private static Map<String, Object> shown(Network network) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", network.name());
        shown.put("bridge", network.bridge());
        shown.put("nic", network.nic());
        shown.put("cidr", network.cidr());
        return shown;
    }

    private static Map<String, Object> shown(StoragePool pool) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", pool.name());
        shown.put("path", pool.path());
        return shown;
    }

    private static Map<String, Object> shown(Deadlines deadlines) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("deploy", Math.toIntExact(deadlines.deploy().toSeconds()));
        shown.put("bootstrap", Math.toIntExact(deadlines.bootstrap().toSeconds()));
        shown.put("verify", Math.toIntExact(deadlines.verify().toSeconds()));
        shown.put("drain", Math.toIntExact(deadlines.drain().toSeconds()));
        shown.put("silence", Math.toIntExact(deadlines.silence().toSeconds()));
        return shown;
    }
}
