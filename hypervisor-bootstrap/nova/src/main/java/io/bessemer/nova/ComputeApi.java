package io.bessemer.nova;

import static io.bessemer.openstack.ServiceClient.query;

import io.bessemer.openstack.Http.Answer;
import io.bessemer.openstack.OpenStackException;
import io.bessemer.openstack.ServiceClient;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What Bessemer uses of the Compute API (api-ref/source of nova).
final class ComputeApi {
    /// The first that pages migrations, newest first; of 2018. UUIDs name services and hypervisors since 2.53. Later ones are of no use here, and from 2.88 on each hypervisor
    /// shown costs a message to its host.
    static final String MICROVERSION = "2.59";
    /// Since 2023.1, whose first microversion this is, nova-compute takes its UUID from `compute_id`.
    private static final int COMPUTE_ID_MINOR = 94;
    private static final Pattern VERSION = Pattern.compile("2\\.(\\d+)");

    private final ServiceClient client;

    ComputeApi(ServiceClient client) {
        this.client = client;
    }

    /// A nova-compute.
    ///
    /// @param zone           that Nova shows it in
    /// @param disabledReason empty for none
    record ComputeService(String id, String host, String zone, boolean enabled, boolean up, boolean forcedDown, String disabledReason, String updatedAt) {}

    /// @param zone empty for none
    /// @param bare whether it has no metadata but the zone
    record Aggregate(long id, String uuid, String name, String zone, boolean bare, Set<String> hosts) {}

    /// @param uuid its compute node's, and its resource provider's
    /// @param host of its service
    record Hypervisor(UUID uuid, String hostname, String host, boolean up) {}

    /// @param status    as in `ACTIVE`
    /// @param taskState empty when nothing is done to it
    record Server(String id, String name, String status, String taskState, boolean locked) {}

    /// A live migration.
    record Migration(String server, String status, Instant createdAt) {}

    boolean takesComputeId() throws OpenStackException {
        Matcher newest = VERSION.matcher(client.get("/").path("version").path("version").asString(""));
        return newest.matches() && Integer.parseInt(newest.group(1)) >= COMPUTE_ID_MINOR;
    }

    Optional<ComputeService> service(String host) throws OpenStackException {
        for (JsonNode one : client.get("/os-services?binary=nova-compute&host=" + query(host)).path("services")) {
            // a down cell's services have no id
            if (one.path("host").asString("").equals(host) && one.path("id").isString()) {
                return Optional.of(new ComputeService(one.path("id").asString(), host, one.path("zone").asString(""),
                        one.path("status").asString("").equals("enabled"), one.path("state").asString("").equals("up"),
                        one.path("forced_down").asBoolean(false), one.path("disabled_reason").asString(""), one.path("updated_at").asString("")));
            }
        }
        return Optional.empty();
    }

    void disable(ComputeService service, String reason) throws OpenStackException {
        client.call("PUT", "/os-services/" + service.id(), Map.of("status", "disabled", "disabled_reason", reason));
    }

    void enable(ComputeService service) throws OpenStackException {
        client.call("PUT", "/os-services/" + service.id(), Map.of("status", "enabled"));
    }

    /// Also removes its compute node, host mapping, aggregates and resource provider.
    ///
    /// @return why Nova keeps it; empty when it is gone
    Optional<String> delete(ComputeService service) throws OpenStackException {
        Answer answer = client.call("DELETE", "/os-services/" + service.id(), null, 404, 409);
        return answer.status() == 409 ? Optional.of(answer.explanation()) : Optional.empty();
    }

    List<Aggregate> aggregates() throws OpenStackException {
        var aggregates = new ArrayList<Aggregate>();
        for (JsonNode one : client.get("/os-aggregates").path("aggregates")) {
            aggregates.add(aggregate(one));
        }
        return aggregates;
    }

    /// @return empty when there is one of this name already
    Optional<Aggregate> createAggregate(String name, String zone) throws OpenStackException {
        Answer answer = client.call("POST", "/os-aggregates", Map.of("aggregate", Map.of("name", name, "availability_zone", zone)), 409);
        return answer.status() == 409 ? Optional.empty() : Optional.of(aggregate(answer.body().path("aggregate")));
    }

    /// @return the refusal, 404 when no cell has the host, 409 when it is in the aggregate or may not be; empty when it is in now
    Optional<Answer> addHost(Aggregate aggregate, String host) throws OpenStackException {
        Answer answer = client.call("POST", "/os-aggregates/" + aggregate.id() + "/action", Map.of("add_host", Map.of("host", host)), 404, 409);
        return answer.status() < 300 ? Optional.empty() : Optional.of(answer);
    }

    /// @return why it stays; empty when it is out
    Optional<String> removeHost(Aggregate aggregate, String host) throws OpenStackException {
        Answer answer = client.call("POST", "/os-aggregates/" + aggregate.id() + "/action", Map.of("remove_host", Map.of("host", host)), 404, 409);
        return answer.status() == 409 ? Optional.of(answer.explanation()) : Optional.empty();
    }

    /// Only those of hosts that a cell has.
    Optional<Hypervisor> hypervisor(UUID uuid) throws OpenStackException {
        Answer answer = client.call("GET", "/os-hypervisors/" + uuid, null, 404);
        return answer.status() == 404 ? Optional.empty() : Optional.of(hypervisor(answer.body().path("hypervisor")));
    }

    /// By the name that libvirt gives it, which is the host's or begins with it.
    Optional<Hypervisor> hypervisorOf(String host) throws OpenStackException {
        Answer answer = client.call("GET", "/os-hypervisors/detail?hypervisor_hostname_pattern=" + query(host), null, 404);
        for (JsonNode one : answer.body().path("hypervisors")) {
            Hypervisor found = hypervisor(one);
            if (found.host().equals(host)) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /// Of all projects; the first thousand.
    List<Server> servers(String host) throws OpenStackException {
        var servers = new ArrayList<Server>();
        for (JsonNode one : client.get("/servers/detail?all_tenants=1&host=" + query(host)).path("servers")) {
            servers.add(new Server(one.path("id").asString(""), one.path("name").asString(""), one.path("status").asString(""),
                    one.path("OS-EXT-STS:task_state").asString(""), one.path("locked").asBoolean(false)));
        }
        return servers;
    }

    /// Where to is the scheduler's choice.
    ///
    /// @return why not; empty when it began
    Optional<String> liveMigrate(Server server) throws OpenStackException {
        var target = new HashMap<String, Object>();
        target.put("host", null);
        target.put("block_migration", "auto");
        Answer answer = client.call("POST", "/servers/" + server.id() + "/action", Map.of("os-migrateLive", target), 400, 404, 409);
        return answer.status() == 400 || answer.status() == 409 ? Optional.of(answer.explanation()) : Optional.empty();
    }

    /// Away from the host, done or not.
    List<Migration> liveMigrations(String host) throws OpenStackException {
        var migrations = new ArrayList<Migration>();
        for (JsonNode one : client.get("/os-migrations?migration_type=live-migration&source_compute=" + query(host)).path("migrations")) {
            migrations.add(new Migration(one.path("instance_uuid").asString(""), one.path("status").asString(""), time(one.path("created_at").asString(""))));
        }
        return migrations;
    }

    private static Aggregate aggregate(JsonNode node) {
        var hosts = new TreeSet<String>();
        node.path("hosts").forEach(host -> hosts.add(host.asString()));
        return new Aggregate(node.path("id").asLong(0), node.path("uuid").asString(""), node.path("name").asString(""),
                node.path("availability_zone").asString(""), node.path("metadata").propertyNames().stream().allMatch("availability_zone"::equals), hosts);
    }

    private static Hypervisor hypervisor(JsonNode node) throws OpenStackException {
        String id = node.path("id").asString("");
        try {
            return new Hypervisor(UUID.fromString(id), node.path("hypervisor_hostname").asString(""), node.path("service").path("host").asString(""),
                    node.path("state").asString("").equals("up"));
        } catch (IllegalArgumentException e) {
            throw new OpenStackException(200, "Nova names a hypervisor '%s', which is no UUID. Its API is older than %s: upgrade it.".formatted(id, MICROVERSION), e);
        }
    }

    /// Nova leaves the zone out, and means UTC.
    private static Instant time(String text) {
        try {
            return Instant.parse(text.endsWith("Z") ? text : text + "Z");
        } catch (DateTimeParseException unsaid) {
            return Instant.EPOCH;
        }
    }
}
