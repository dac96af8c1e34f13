package io.bessemer.nova;

import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.Cloud.Host;
import io.bessemer.core.pool.Cloud.HostFile;
import io.bessemer.core.pool.Cloud.Progress;
import io.bessemer.core.pool.HypervisorKind;
import io.bessemer.core.program.Command;
import io.bessemer.nova.NovaSettings.Access;
import io.bessemer.nova.NovaSettings.HostConfig;
import io.bessemer.nova.NovaSettings.Login;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// A real control plane and real nova-computes, which `acceptance/nova.sh` sets up and names in the environment.
@Tag("nova")
class NovaAcceptanceTest {
    private static final String SCRIPT = System.getenv("BESSEMER_NOVA_SCRIPT");
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(500); // as the reconciler, which calls again and again
    private static final byte[] CONTENT = "nothing boots from this".getBytes(StandardCharsets.US_ASCII);

    private final long begun = System.nanoTime();
    private final List<String> started = new ArrayList<>();

    @AfterEach
    void stop_what_runs() throws Exception {
        for (String host : List.copyOf(started)) {
            stop(host);
        }
    }

    @Test
    void a_libvirt_host_joins_is_enabled_drained_and_leaves_and_joins_again() throws Exception {
        OpenStackAdmin admin = admin();
        Host host = host("kvm1", "az1", HypervisorKind.QEMU);
        try (NovaCloud byItself = cloud(List.of()); NovaCloud cloud = cloud(List.of(SCRIPT, "discover"))) {
            say("join, before anything runs: %s", byItself.join(host));
            assertThat(byItself.join(host)).isInstanceOfSatisfying(Progress.Waiting.class, waiting -> assertThat(waiting.what()).contains("has not reported to Nova yet"));
            start(byItself, host, "libvirt");
            until("join", () -> byItself.join(host), one -> one instanceof Progress.Waiting waiting && waiting.what().contains("is not mapped to a cell yet"));
            assertThat(service(admin, host).path("status").asString()).as("disabled before it is mapped, so never schedulable").isEqualTo("disabled");

            until("join", () -> cloud.join(host), Progress.Done.class::isInstance);
            JsonNode service = service(admin, host);
            say("os-services: %s", service);
            assertThat(service.path("state").asString()).isEqualTo("up");
            assertThat(service.path("status").asString()).isEqualTo("disabled");
            assertThat(service.path("disabled_reason").asString()).isEqualTo("Bessemer: not verified yet");
            assertThat(service.path("zone").asString()).isEqualTo("az1");
            JsonNode provider = provider(admin, host.hostname());
            JsonNode inventories = admin.get("placement", "/resource_providers/" + provider.path("uuid").asString() + "/inventories").path("inventories");
            say("provider %s, inventories %s", provider.path("uuid").asString(), inventories.propertyNames());
            assertThat(inventories.propertyNames()).contains("VCPU", "MEMORY_MB", "DISK_GB");
            assertThat(candidates(admin)).as("a disabled host is no candidate").isEmpty();
            assertThat(cloud.join(host)).as("again").isEqualTo(new Progress.Done());

            until("enable", () -> cloud.enable(host), Progress.Done.class::isInstance);
            assertThat(service(admin, host).path("status").asString()).isEqualTo("enabled");
            assertThat(candidates(admin)).as("candidates in az1's aggregate").containsExactly(provider.path("uuid").asString());
            assertThat(cloud.enable(host)).as("again").isEqualTo(new Progress.Done());

            until("drain", () -> cloud.drain(host), Progress.Done.class::isInstance);
            assertThat(service(admin, host).path("disabled_reason").asString()).isEqualTo("Bessemer: draining");
            assertThat(candidates(admin)).isEmpty();
            until("enable, the drain being called off", () -> cloud.enable(host), Progress.Done.class::isInstance);

            Progress early = cloud.leave(host);
            say("leave, nova-compute still running: %s", early);
            assertThat(early).isInstanceOfSatisfying(Progress.Waiting.class, waiting -> assertThat(waiting.what()).contains("still runs"));
            stop(host.hostname());
            until("leave", () -> cloud.leave(host), Progress.Done.class::isInstance);
            assertGone(admin, host);
            assertThat(cloud.leave(host)).as("again").isEqualTo(new Progress.Done());

            start(cloud, host, "libvirt");
            until("join, a second time", () -> cloud.join(host), Progress.Done.class::isInstance);
            until("enable", () -> cloud.enable(host), Progress.Done.class::isInstance);
            stop(host.hostname());
            until("leave", () -> cloud.leave(host), Progress.Done.class::isInstance);
            assertGone(admin, host);
        }
    }

    @Test
    void servers_are_moved_to_another_host_before_theirs_leaves() throws Exception {
        OpenStackAdmin admin = admin();
        Host from = host("from1", "az2", HypervisorKind.QEMU);
        Host to = host("to1", "az2", HypervisorKind.QEMU);
        try (NovaCloud cloud = cloud(List.of(SCRIPT, "discover"))) {
            start(cloud, from, "fake");
            start(cloud, to, "fake");
            until("join from1", () -> cloud.join(from), Progress.Done.class::isInstance);
            until("enable from1", () -> cloud.enable(from), Progress.Done.class::isInstance);
            List<String> servers = List.of(boot(admin, "web"), boot(admin, "database"));
            admin.call("POST", "compute", "/servers/" + boot(admin, "stopped") + "/action", "{\"os-stop\": null}");

            Progress leave = cloud.leave(from);
            say("leave, with servers: %s", leave);
            assertThat(leave).isInstanceOfSatisfying(Progress.Failed.class, failed -> assertThat(failed.reason()).contains("web", "database", "stopped", "Drain it first"));

            until("join to1", () -> cloud.join(to), Progress.Done.class::isInstance);
            until("enable to1", () -> cloud.enable(to), Progress.Done.class::isInstance);
            until("drain from1", () -> cloud.drain(from), one -> one instanceof Progress.Waiting waiting && waiting.what().matches(
                    "from1 has 1 servers. Moving: none. Cannot be moved: stopped .* \\(SHUTOFF: start, migrate or delete it\\)\\."));
            for (String server : servers) {
                assertThat(admin.get("compute", "/servers/" + server).path("server").path("OS-EXT-SRV-ATTR:host").asString()).isEqualTo("to1");
            }
            for (JsonNode server : admin.get("compute", "/servers/detail?all_tenants=1&host=from1").path("servers")) {
                admin.call("DELETE", "compute", "/servers/" + server.path("id").asString(), null);
            }
            until("drain from1", () -> cloud.drain(from), Progress.Done.class::isInstance);
            stop("from1");
            until("leave from1", () -> cloud.leave(from), Progress.Done.class::isInstance);
            assertGone(admin, from);

            for (String server : servers) {
                admin.call("DELETE", "compute", "/servers/" + server, null);
            }
            until("drain to1", () -> cloud.drain(to), Progress.Done.class::isInstance);
            stop("to1");
            until("leave to1", () -> cloud.leave(to), Progress.Done.class::isInstance);
            assertGone(admin, to);
        }
    }

    @Test
    void a_wrong_password_is_told_without_being_shown() throws Exception {
        try (NovaCloud cloud = new NovaCloud(settings(List.of(), "not-the-password"), Clock.systemUTC())) {
            Progress progress = cloud.join(host("h1", "az1", HypervisorKind.QEMU));
            say("join with a wrong password: %s", progress);
            assertThat(progress).isInstanceOf(Progress.Unavailable.class);
            assertThat(progress.toString()).contains("401", "bessemer.clouds.openstack").doesNotContain("not-the-password");
        }
    }

    private static OpenStackAdmin admin() throws Exception {
        return new OpenStackAdmin(System.getenv("BESSEMER_NOVA_KEYSTONE"), "nova", System.getenv("BESSEMER_NOVA_SECRET"));
    }

    private static Host host(String name, String zone, HypervisorKind kind) {
        return new Host(UUID.randomUUID(), name, "127.0.0.1", zone, zone + "-pool", kind);
    }

    private static NovaCloud cloud(List<String> discoverCommand) {
        return new NovaCloud(settings(discoverCommand, System.getenv("BESSEMER_NOVA_SECRET")), Clock.systemUTC());
    }

    private static NovaSettings settings(List<String> discoverCommand, String password) {
        URI keystone = URI.create(System.getenv("BESSEMER_NOVA_KEYSTONE"));
        String secret = System.getenv("BESSEMER_NOVA_SECRET");
        HostConfig host = new HostConfig(System.getenv("BESSEMER_NOVA_TRANSPORT"), keystone, "service", "Default", "Default", "RegionOne", "internal",
                new Login("nova", secret), new Login("placement", secret), new Login("nova", secret), "", "", "", "", "none", List.of(), "tcp", "nova-compute",
                Map.of("DEFAULT", Map.of("reserved_host_memory_mb", "512")));
        return new NovaSettings("openstack", new Access(keystone, new Login("bessemer", password), "service", "Default", "Default", "RegionOne", "internal",
                null, null, null), Duration.ofSeconds(30), Duration.ofMinutes(1), discoverCommand, 1, host);
    }

    private void start(NovaCloud cloud, Host host, String kind) throws Exception {
        Path folder = Path.of(System.getenv("BESSEMER_NOVA_DIR"), "hosts", host.hostname(), "etc", "nova");
        Files.createDirectories(folder);
        for (HostFile file : cloud.setup(host).files()) {
            assertThat(Path.of(file.path()).getParent()).isEqualTo(Path.of("/etc/nova"));
            Files.writeString(folder.resolve(Path.of(file.path()).getFileName()), file.content());
        }
        started.add(host.hostname());
        Command.of(SCRIPT, "compute-start", host.hostname(), kind).run();
        say("nova-compute of %s is started (%s)", host.hostname(), kind);
    }

    private void stop(String host) throws Exception {
        Command.of(SCRIPT, "compute-stop", host).run();
        started.remove(host);
        say("nova-compute of %s is stopped", host);
    }

    private static JsonNode service(OpenStackAdmin admin, Host host) throws Exception {
        return admin.get("compute", "/os-services?binary=nova-compute&host=" + host.hostname()).path("services").path(0);
    }

    private static JsonNode provider(OpenStackAdmin admin, String name) throws Exception {
        return admin.get("placement", "/resource_providers?name=" + name).path("resource_providers").path(0);
    }

    /// As the scheduler asks for a host of az1.
    private static List<String> candidates(OpenStackAdmin admin) throws Exception {
        String aggregate = "";
        for (JsonNode one : admin.get("compute", "/os-aggregates").path("aggregates")) {
            if (one.path("availability_zone").asString("").equals("az1")) {
                aggregate = one.path("uuid").asString();
            }
        }
        assertThat(aggregate).isNotEmpty();
        return List.copyOf(admin.get("placement", "/allocation_candidates?resources=VCPU:1,MEMORY_MB:64&required=!COMPUTE_STATUS_DISABLED&member_of=" + aggregate)
                .path("provider_summaries").propertyNames());
    }

    private static void assertGone(OpenStackAdmin admin, Host host) throws Exception {
        assertThat(service(admin, host).isMissingNode()).as("service").isTrue();
        assertThat(provider(admin, host.hostname()).isMissingNode()).as("provider").isTrue();
        assertThat(admin.get("compute", "/os-aggregates").toString()).doesNotContain("\"" + host.hostname() + "\"");
        assertThat(admin.get("compute", "/os-hypervisors/detail").toString()).doesNotContain("\"" + host.hostname() + "\"");
    }

    private String boot(OpenStackAdmin admin, String name) throws Exception {
        String image = null;
        for (JsonNode one : admin.get("image", "/v2/images").path("images")) {
            image = one.path("id").asString();
        }
        if (image == null) {
            image = admin.call("POST", "image", "/v2/images", "{\"name\": \"nothing\", \"disk_format\": \"raw\", \"container_format\": \"bare\"}").path("id").asString();
            admin.upload(image, CONTENT);
            admin.call("POST", "compute", "/flavors", "{\"flavor\": {\"id\": \"tiny\", \"name\": \"tiny\", \"ram\": 64, \"vcpus\": 1, \"disk\": 0}}");
        }
        String server = admin.call("POST", "compute", "/servers", """
                {"server": {"name": "%s", "imageRef": "%s", "flavorRef": "tiny", "networks": "none", "availability_zone": "az2"}}""".formatted(name, image))
                .path("server").path("id").asString();
        until("boot " + name, () -> admin.get("compute", "/servers/" + server).path("server").path("status").asString(), "ACTIVE"::equals);
        return server;
    }

    /// Prints each new answer with its time.
    private <T> T until(String what, Callable<T> call, Function<T, Boolean> enough) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        T last = null;
        while (true) {
            T now = call.call();
            if (!now.equals(last)) {
                say("%s: %s", what, now);
            }
            if (enough.apply(now)) {
                return now;
            }
            assertThat(System.nanoTime()).as("%s did not come about within %s: %s", what, LIMIT, now).isLessThan(end);
            last = now;
            Thread.sleep(BETWEEN_CALLS);
        }
    }

    private void say(String what, Object... arguments) {
        System.out.printf("%6.1f s  %s%n", (System.nanoTime() - begun) / 1e9, what.formatted(arguments));
    }
}
