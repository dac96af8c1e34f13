package io.bessemer.nova;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.bessemer.nova.StubbedOpenStack.AGGREGATE;
import static io.bessemer.nova.StubbedOpenStack.NODE;
import static io.bessemer.nova.StubbedOpenStack.OTHER;
import static io.bessemer.nova.StubbedOpenStack.SERVICE;
import static io.bessemer.nova.StubbedOpenStack.aggregate;
import static io.bessemer.nova.StubbedOpenStack.migration;
import static io.bessemer.nova.StubbedOpenStack.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.bessemer.core.pool.Cloud.Host;
import io.bessemer.core.pool.Cloud.Progress;
import io.bessemer.core.pool.HypervisorKind;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NovaCloudTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Host HOST = new Host(NODE, "h1", "10.0.0.5", "az1", "az1-kvm", HypervisorKind.KVM);
    private static final String DISABLE_UNVERIFIED = disable("Bessemer: not verified yet");
    private static final String ADD = "POST /os-aggregates/1/action {\"add_host\":{\"host\":\"h1\"}}";
    private static final String REMOVE = "POST /os-aggregates/1/action {\"remove_host\":{\"host\":\"h1\"}}";
    private static final String DELETE = "DELETE /os-services/s1";

    private final StubbedOpenStack openstack = new StubbedOpenStack();
    private NovaCloud cloud = cloud(openstack.settings());

    @AfterEach
    void close() {
        cloud.close();
        openstack.close();
    }

    // --- join -----------------------------------------------------------------------------------------------------------

    @Test
    void a_new_host_is_disabled_before_it_is_put_into_its_zone() {
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED, ADD);
    }

    @Test
    void joining_again_changes_nothing() {
        openstack.service("disabled", "Bessemer: not verified yet", "up", "az1");
        openstack.aggregates(aggregate(1, "az1", "az1", List.of("h1"), Map.of()));
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_host_whose_agent_is_not_seen_is_awaited() {
        openstack.noService();
        assertWaits(cloud.join(HOST), "nova-compute of h1 has not reported", "journalctl -u nova-compute", "transport_url");
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_host_that_is_down_is_disabled_and_awaited() {
        openstack.service("enabled", null, "down", "nova");
        assertWaits(cloud.join(HOST), "h1 is down", "2026-01-01T00:00:00");
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED);
    }

    @Test
    void what_nova_disabled_by_enable_new_services_is_ours_to_enable() {
        openstack.service("disabled", "New compute service disabled due to config option.", "up", "nova");
        cloud.join(HOST);
        assertThat(openstack.changes().getFirst()).isEqualTo(DISABLE_UNVERIFIED);
    }

    @Test
    void an_operators_reason_stays() {
        openstack.service("disabled", "disk is being replaced", "up", "nova");
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(ADD);
    }

    @Test
    void an_unmapped_host_names_the_command_that_maps_it() {
        openstack.noHypervisor();
        assertWaits(cloud.join(HOST), "h1 is not mapped to a cell yet", "discover_hosts_in_cells_interval", "nova-manage cell_v2 discover_hosts");
        openstack.noProvider();
        assertWaits(cloud.join(HOST), "has reported no resources, or is not mapped");
    }

    @Test
    void the_operators_discover_command_is_run_once_for_many_calls(@TempDir Path folder) throws Exception {
        openstack.noHypervisor();
        Path runs = folder.resolve("runs");
        Path script = Files.writeString(folder.resolve("discover"), "#!/bin/sh\necho run >>" + runs + "\necho 'no such cell' >&2\nexit 3\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        cloud = cloud(openstack.settings(List.of(script.toString()), Duration.ofSeconds(5), Duration.ofSeconds(10), 2));
        assertWaits(cloud.join(HOST), "not mapped to a cell");
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Progress progress = cloud.join(HOST);
        while (!progress.toString().contains("no such cell")) {
            assertThat(System.nanoTime()).as("the failure is told, not %s", progress).isLessThan(end);
            progress = cloud.join(HOST);
        }
        assertWaits(progress, "discover-command failed", "3");
        assertThat(Files.readAllLines(runs)).hasSize(1);
    }

    @Test
    void a_hypervisor_that_is_down_is_awaited() {
        openstack.hypervisor(NODE, "h1", "down");
        assertWaits(cloud.join(HOST), "hypervisor h1.example of h1 as down");
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED);
    }

    @Test
    void a_host_with_another_identity_is_refused() {
        openstack.hypervisor(OTHER, "h1", "up");
        assertFails(cloud.join(HOST), OTHER.toString(), NODE.toString(), "/etc/nova/compute_id", "imaged again");
    }

    @Test
    void before_compute_id_a_host_has_the_identity_that_nova_gave_it() {
        openstack.version("2.93"); // Zed
        openstack.hypervisor(OTHER, "h1", "up");
        openstack.provider(OTHER, "h1.example");
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
    }

    @Test
    void a_renamed_host_is_refused() {
        openstack.hypervisor(NODE, "old-name", "up");
        assertFails(cloud.join(HOST), "as host 'old-name' instead of 'h1'", "must not change");
    }

    @Test
    void a_provider_is_awaited_before_the_aggregate_is_touched() {
        openstack.noProvider();
        assertWaits(cloud.join(HOST), "Placement has no resource provider " + NODE);
        openstack.provider(NODE, "h1");
        openstack.inventories(NODE, "{\"VCPU\": {\"total\": 2}}");
        assertWaits(cloud.join(HOST), "no inventory of MEMORY_MB");
        assertThat(openstack.changes()).doesNotContain(ADD);
    }

    @Test
    void dedicated_cpus_alone_are_enough() {
        openstack.inventories(NODE, "{\"PCPU\": {\"total\": 2}, \"MEMORY_MB\": {\"total\": 2048}}");
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
    }

    @Test
    void the_zones_aggregate_is_made_when_there_is_none() {
        openstack.aggregates(aggregate(7, "az2", "az2", List.of(), Map.of()));
        openstack.answer("POST", "/compute/v2.1/os-aggregates", 200, "{\"aggregate\": {\"id\": 1, \"uuid\": \"" + AGGREGATE + "\", \"name\": \"az1\", \"availability_zone\": \"az1\"}}");
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).hasSize(3).endsWith(ADD)
                .element(1).asString().startsWith("POST /os-aggregates ").contains("\"name\":\"az1\"", "\"availability_zone\":\"az1\"");
    }

    @Test
    void an_aggregate_that_another_made_at_the_same_moment_is_used_next_time() {
        openstack.aggregates();
        openstack.answer("POST", "/compute/v2.1/os-aggregates", 409, "{\"conflictingRequest\": {\"code\": 409, \"message\": \"Aggregate az1 already exists.\"}}");
        assertWaits(cloud.join(HOST), "makes aggregate 'az1'");
    }

    @Test
    void an_aggregate_with_the_zones_name_but_without_the_zone_is_the_operators_to_decide() {
        openstack.aggregates(aggregate(1, "az1", null, List.of(), Map.of()));
        assertFails(cloud.join(HOST), "openstack aggregate set --zone az1 az1");
    }

    @Test
    void an_aggregate_with_a_scheduling_policy_is_not_chosen() {
        openstack.aggregates(aggregate(5, "gpu", "az1", List.of(), Map.of("gpu", "true")), aggregate(1, "rack-a", "az1", List.of(), Map.of()));
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED, ADD);
    }

    @Test
    void a_host_in_another_zones_aggregate_is_refused() {
        openstack.aggregates(aggregate(2, "az2", "az2", List.of("h1"), Map.of()), aggregate(1, "az1", "az1", List.of(), Map.of()));
        assertFails(cloud.join(HOST), "aggregate 'az2' of zone 'az2'", "'az1'", "openstack aggregate remove host az2 h1");
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED);
    }

    @Test
    void a_conflict_of_zones_is_told_in_novas_words() {
        openstack.answer("POST", "/compute/v2.1/os-aggregates/1/action", 409,
                "{\"conflictingRequest\": {\"code\": 409, \"message\": \"Cannot add host to aggregate 1. Reason: One or more hosts already in availability zone(s) az2.\"}}");
        assertFails(cloud.join(HOST), "aggregate 'az1'", "already in availability zone(s) az2");
    }

    @Test
    void an_aggregate_that_placement_does_not_show_is_mirrored_anew() {
        openstack.aggregates(aggregate(1, "az1", "az1", List.of("h1"), Map.of()));
        openstack.mirrored(NODE);
        assertWaits(cloud.join(HOST), "Placement does not show h1 in aggregate 'az1'");
        assertThat(openstack.changes()).containsExactly(DISABLE_UNVERIFIED, REMOVE);
    }

    @Test
    void novas_own_zones_and_xen_are_refused_without_a_call() {
        assertFails(cloud.join(new Host(NODE, "h1", "10.0.0.5", "nova", "p", HypervisorKind.KVM)), "Zone 'nova' is Nova's own");
        assertFails(cloud.join(new Host(NODE, "h1", "10.0.0.5", "internal", "p", HypervisorKind.KVM)), "Zone 'internal'");
        assertFails(cloud.join(new Host(NODE, "h1", "10.0.0.5", "az1", "p", HypervisorKind.XEN)), "no xen", "pool 'p'");
        assertThat(openstack.events()).isEmpty();
    }

    // --- enable ---------------------------------------------------------------------------------------------------------

    @Test
    void enabling_is_done_only_when_nova_shows_it() {
        openstack.service("disabled", "Bessemer: not verified yet", "up", "az1");
        assertWaits(cloud.enable(HOST), "does not show nova-compute of h1 as enabled yet");
        assertThat(openstack.changes()).containsExactly("PUT /os-services/s1 {\"status\":\"enabled\"}");
        openstack.service("enabled", null, "up", "az1");
        openstack.forgetRequests();
        assertThat(cloud.enable(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void enabling_waits_for_the_scheduler_to_see_it() {
        openstack.service("enabled", null, "up", "az1");
        openstack.traits(NODE, "COMPUTE_STATUS_DISABLED");
        assertWaits(cloud.enable(HOST), "COMPUTE_STATUS_DISABLED", NODE.toString());
    }

    @Test
    void a_service_that_an_operator_disabled_is_not_enabled() {
        openstack.service("disabled", "disk is being replaced", "up", "az1");
        assertWaits(cloud.enable(HOST), "'disk is being replaced'", "openstack compute service set --enable h1 nova-compute");
        openstack.service("disabled", "AUTO: Connection to libvirt lost", "up", "az1");
        assertWaits(cloud.enable(HOST), "AUTO: Connection to libvirt lost");
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_host_in_no_zone_of_ours_is_not_enabled() {
        openstack.service("enabled", null, "up", "nova");
        assertFails(cloud.enable(HOST), "zone 'nova' instead of 'az1'");
    }

    // --- drain ----------------------------------------------------------------------------------------------------------

    @Test
    void draining_an_empty_host_disables_it() {
        assertThat(cloud.drain(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(disable("Bessemer: draining"));
    }

    @Test
    void servers_are_moved_a_few_at_a_time() {
        openstack.service("disabled", "Bessemer: draining", "up", "az1");
        openstack.servers(server("a", "ACTIVE", null, false), server("b", "PAUSED", null, false), server("c", "ACTIVE", null, false));
        for (String id : List.of("a", "b", "c")) {
            openstack.answer("POST", "/compute/v2.1/servers/" + id + "/action", 202, "");
        }
        assertWaits(cloud.drain(HOST), "h1 has 3 servers. Moving: name-of-a a, name-of-b b. Cannot be moved: none.");
        assertThat(openstack.changes()).hasSize(2).allMatch(one -> one.contains("\"os-migrateLive\"") && one.contains("\"host\":null") && one.contains("\"block_migration\":\"auto\""))
                .extracting(one -> one.split(" ")[1]).containsExactly("/servers/a/action", "/servers/b/action");

        openstack.servers(server("a", "MIGRATING", "migrating", false), server("b", "ACTIVE", null, false), server("c", "ACTIVE", null, false));
        openstack.migrations(migration("b", "preparing", "2026-01-01T11:59:59.000000"));
        openstack.forgetRequests();
        assertWaits(cloud.drain(HOST), "Moving: name-of-a a, name-of-b b.");
        assertThat(openstack.changes()).as("two move already").isEmpty();
    }

    @Test
    void servers_that_cannot_be_moved_are_named_with_the_reason() {
        openstack.service("disabled", "Bessemer: draining", "up", "az1");
        openstack.servers(server("off", "SHUTOFF", null, false), server("locked", "ACTIVE", null, true), server("busy", "ACTIVE", "image_uploading", false),
                server("failed", "ACTIVE", null, false), server("refused", "ACTIVE", null, false));
        openstack.migrations(migration("failed", "completed", "2026-01-01T09:00:00.000000"), migration("failed", "error", "2026-01-01T11:58:00.000000"));
        openstack.answer("POST", "/compute/v2.1/servers/refused/action", 409, "{\"conflictingRequest\": {\"code\": 409, \"message\": \"Instance refused is pinned.\"}}");
        assertWaits(cloud.drain(HOST), "name-of-off off (SHUTOFF: start, migrate or delete it)", "name-of-locked locked (locked by its owner)",
                "name-of-busy busy (busy: image_uploading)", "name-of-failed failed (its live migration ended in 'error'", "name-of-refused refused (Instance refused is pinned.)");
    }

    @Test
    void a_failed_migration_is_tried_again_after_a_while() {
        openstack.servers(server("a", "ACTIVE", null, false));
        openstack.migrations(migration("a", "error", "2026-01-01T11:54:00.000000"));
        openstack.answer("POST", "/compute/v2.1/servers/a/action", 202, "");
        assertWaits(cloud.drain(HOST), "Moving: name-of-a a.");
    }

    @Test
    void without_live_migration_owners_are_awaited() {
        cloud = cloud(openstack.settings(List.of(), Duration.ofSeconds(5), Duration.ofSeconds(10), 0));
        openstack.service("disabled", "Bessemer: draining", "up", "az1");
        openstack.servers(server("a", "ACTIVE", null, false));
        assertWaits(cloud.drain(HOST), "name-of-a a", "waits for their owners");
        assertThat(openstack.changes()).isEmpty();
    }

    // --- leave ----------------------------------------------------------------------------------------------------------

    @Test
    void a_stopped_host_leaves_its_aggregates_first_and_then_its_service_goes() {
        openstack.service("disabled", "Bessemer: draining", "down", "az1");
        openstack.aggregates(aggregate(1, "az1", "az1", List.of("h1", "h2"), Map.of()), aggregate(3, "ssd", null, List.of("h1"), Map.of("ssd", "true")),
                aggregate(4, "other", null, List.of("h2"), Map.of()));
        openstack.noProvider();
        assertThat(cloud.leave(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(REMOVE, "POST /os-aggregates/3/action {\"remove_host\":{\"host\":\"h1\"}}", DELETE);
    }

    @Test
    void a_host_that_runs_is_disabled_and_waits_to_be_stopped() {
        assertWaits(cloud.leave(HOST), "nova-compute of h1 still runs", "systemctl stop nova-compute");
        assertThat(openstack.changes()).containsExactly(disable("Bessemer: leaving since 2026-01-01T12:00:00Z"));
    }

    @Test
    void a_host_that_is_not_stopped_in_time_leaves_all_the_same() {
        openstack.service("disabled", "Bessemer: leaving since 2026-01-01T11:57:00Z", "up", "az1");
        openstack.noProvider();
        assertThat(cloud.leave(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly(DELETE);
    }

    @Test
    void a_host_with_servers_stays() {
        openstack.service("disabled", "Bessemer: draining", "down", "az1");
        openstack.servers(server("a", "ACTIVE", null, false));
        assertFails(cloud.leave(HOST), "h1 still has name-of-a a", "Drain it first");
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_service_that_nova_keeps_is_told_in_its_words() {
        openstack.service("disabled", "Bessemer: draining", "down", "az1");
        openstack.answer("DELETE", SERVICE, 409, "{\"conflictingRequest\": {\"code\": 409, \"message\": \"Unable to delete compute service that has in-progress migrations.\"}}");
        assertFails(cloud.leave(HOST), "in-progress migrations", "openstack server migration list --host h1");
    }

    @Test
    void a_leftover_provider_is_deleted() {
        openstack.noService();
        openstack.noHypervisor();
        openstack.answer("DELETE", "/placement/resource_providers/" + NODE, 204, "");
        assertThat(cloud.leave(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).containsExactly("DELETE /placement/resource_providers/" + NODE);
    }

    @Test
    void a_leftover_provider_with_allocations_stays_and_names_them() {
        openstack.noService();
        openstack.noHypervisor();
        openstack.consumers(NODE, "server-1", "server-2");
        assertFails(cloud.leave(HOST), NODE.toString(), "[server-1, server-2]", "nova-manage placement audit --delete --resource_provider " + NODE);
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_provider_of_another_host_with_our_name_stays() {
        openstack.noService();
        openstack.hypervisor(OTHER, "h2", "up");
        openstack.provider(OTHER, "h1");
        assertThat(cloud.leave(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).isEmpty();
    }

    @Test
    void a_host_that_nova_never_knew_has_left() {
        openstack.noService();
        openstack.noHypervisor();
        openstack.noProvider();
        assertThat(cloud.leave(HOST)).isEqualTo(new Progress.Done());
        assertThat(cloud.drain(HOST)).isEqualTo(new Progress.Done());
        assertThat(openstack.changes()).isEmpty();
    }

    // --- the cloud itself -----------------------------------------------------------------------------------------------

    @Test
    void a_wrong_password_is_told_without_being_shown() {
        openstack.answer("POST", "/identity/v3/auth/tokens", 401, "{\"error\": {\"code\": 401, \"message\": \"The request you have made requires authentication.\"}}");
        Progress progress = cloud.join(HOST);
        assertUnavailable(progress, "/identity/v3/auth/tokens: 401", "user 'bessemer'", "project 'service'", "bessemer.clouds.openstack");
        assertThat(progress.toString()).doesNotContain(StubbedOpenStack.PASSWORD);
    }

    @Test
    void one_token_serves_many_calls_and_is_renewed_before_it_ends() {
        cloud.join(HOST);
        cloud.enable(HOST);
        assertThat(openstack.logins()).isEqualTo(1);
        openstack.token("short", Duration.ofMillis(1));
        NovaCloud other = cloud(openstack.settings());
        openstack.forgetRequests();
        other.drain(HOST);
        assertThat(openstack.logins()).isGreaterThan(1);
        other.close();
    }

    @Test
    void many_hosts_at_once_log_in_once() throws Exception {
        openstack.service("disabled", "Bessemer: draining", "up", "az1");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var drained = Stream.generate(() -> threads.submit(() -> cloud.drain(HOST))).limit(30).toList();
            for (var one : drained) {
                assertThat(one.get()).isEqualTo(new Progress.Done());
            }
        }
        assertThat(openstack.logins()).isEqualTo(1);
    }

    @Test
    void a_revoked_token_is_replaced_within_the_call() {
        cloud.drain(HOST);
        openstack.forgetRequests();
        openstack.answer("GET", "/compute/v2.1/os-services", aResponse().withStatus(401));
        openstack.token("token-2", Duration.ofHours(1));
        assertUnavailable(cloud.drain(HOST), "401", "A fresh token was not taken");
        assertThat(openstack.events().stream().filter(one -> one.getRequest().getUrl().contains("os-services")).map(one -> one.getRequest().getHeader("X-Auth-Token")))
                .containsExactly("token-1", "token-2");
    }

    @Test
    void a_user_without_rights_is_told_which_call_was_refused() {
        openstack.answer("GET", "/compute/v2.1/os-services", 403, "{\"forbidden\": {\"code\": 403, \"message\": \"Policy doesn't allow os_compute_api:os-services:list to be performed.\"}}");
        assertUnavailable(cloud.join(HOST), "GET " + openstack.url() + "/compute/v2.1/os-services", "403 Policy doesn't allow os_compute_api:os-services:list", "role");
    }

    @Test
    void a_failing_nova_is_tried_again() {
        openstack.answer("GET", "/compute/v2.1/os-services", 500, "{\"computeFault\": {\"code\": 500, \"message\": \"Unexpected API Error.\"}}");
        assertUnavailable(cloud.join(HOST), "500 Unexpected API Error.", "tried again");
        openstack.answer("GET", "/compute/v2.1/os-services", 502, "<html>Bad Gateway</html>");
        assertUnavailable(cloud.leave(HOST), "502", "tried again");
        openstack.answer("GET", "/compute/v2.1/os-services", 429, "");
        assertUnavailable(cloud.enable(HOST), "429");
    }

    @Test
    void a_slow_nova_is_not_waited_for() {
        cloud = cloud(openstack.settings(List.of(), Duration.ofMillis(300), Duration.ofSeconds(5), 2));
        openstack.answer("GET", "/compute/v2.1/os-services", aResponse().withStatus(200).withBody("{\"services\": []}").withFixedDelay(20_000));
        assertUnavailable(cloud.join(HOST), "os-services", "was not answered within");
        openstack.answer("GET", "/compute/v2.1/os-services", aResponse().withStatus(200).withBody("{\"services\": []}").withChunkedDribbleDelay(5, 20_000));
        assertUnavailable(cloud.join(HOST), "was not answered within"); // its headers come at once
    }

    @Test
    void many_slow_answers_end_with_the_step() {
        cloud = cloud(openstack.settings(List.of(), Duration.ofSeconds(5), Duration.ofMillis(700), 2));
        openstack.service("disabled", "Bessemer: not verified yet", "up", "az1");
        openstack.answer("GET", "/compute/v2.1/os-hypervisors/" + NODE, aResponse().withStatus(404).withFixedDelay(300));
        openstack.answer("GET", "/compute/v2.1/os-hypervisors/detail", aResponse().withStatus(404).withFixedDelay(600));
        long begun = System.nanoTime();
        assertUnavailable(cloud.join(HOST), "not answered within");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void an_unreachable_cloud_is_tried_again() {
        openstack.close();
        assertUnavailable(cloud.join(HOST), "/identity/v3/auth/tokens failed", "tried again");
    }

    @Test
    void a_catalog_without_the_region_says_what_to_set() {
        NovaSettings settings = openstack.settings();
        var access = settings.access();
        cloud = cloud(new NovaSettings("openstack", new NovaSettings.Access(access.authUrl(), access.login(), "service", "Default", "Default", "RegionNine", "internal",
                null, null, null), settings.callTimeout(), settings.stepTimeout(), List.of(), 2, settings.host()));
        assertUnavailable(cloud.join(HOST), "no internal endpoint of type 'compute' in region 'RegionNine'", "bessemer.clouds.openstack.interface", "compute-endpoint");
        cloud = cloud(new NovaSettings("openstack", new NovaSettings.Access(access.authUrl(), access.login(), "service", "Default", "Default", "", "internal",
                null, null, null), settings.callTimeout(), settings.stepTimeout(), List.of(), 2, settings.host()));
        assertUnavailable(cloud.join(HOST), "[RegionOne, RegionTwo]", "bessemer.clouds.openstack.region");
    }

    @Test
    void an_endpoint_override_goes_before_the_catalog() {
        NovaSettings settings = openstack.settings();
        var access = settings.access();
        cloud = cloud(new NovaSettings("openstack", new NovaSettings.Access(access.authUrl(), access.login(), "service", "Default", "Default", "RegionNine", "internal",
                URI.create(openstack.url() + "/compute/v2.1"), URI.create(openstack.url() + "/placement"), null), settings.callTimeout(),
                settings.stepTimeout(), List.of(), 2, settings.host()));
        assertThat(cloud.join(HOST)).isEqualTo(new Progress.Done());
    }

    @Test
    void requests_ask_for_the_microversions_they_were_written_for() {
        cloud.join(HOST);
        assertThat(openstack.events()).filteredOn(one -> one.getRequest().getUrl().startsWith("/compute"))
                .isNotEmpty().allMatch(one -> one.getRequest().getHeader("OpenStack-API-Version").equals("compute 2.59"));
        assertThat(openstack.events()).filteredOn(one -> one.getRequest().getUrl().startsWith("/placement"))
                .isNotEmpty().allMatch(one -> one.getRequest().getHeader("OpenStack-API-Version").equals("placement 1.19"));
    }

    @Test
    void nothing_that_can_be_printed_has_a_secret() {
        assertThat(cloud.toString() + openstack.settings()).doesNotContain("secret").contains("***");
    }

    private static NovaCloud cloud(NovaSettings settings) {
        return new NovaCloud(settings, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    private static String disable(String reason) {
        return "PUT /os-services/s1 {\"disabled_reason\":\"%s\",\"status\":\"disabled\"}".formatted(reason);
    }

    private static void assertWaits(Progress progress, String... parts) {
        assertThat(progress).isInstanceOfSatisfying(Progress.Waiting.class, waiting -> assertThat(waiting.what()).contains(parts));
    }

    private static void assertUnavailable(Progress progress, String... parts) {
        assertThat(progress).isInstanceOfSatisfying(Progress.Unavailable.class, unavailable -> assertThat(unavailable.reason()).contains(parts));
    }

    private static void assertFails(Progress progress, String... parts) {
        assertThat(progress).isInstanceOfSatisfying(Progress.Failed.class, failed -> assertThat(failed.reason()).contains(parts));
    }
}
