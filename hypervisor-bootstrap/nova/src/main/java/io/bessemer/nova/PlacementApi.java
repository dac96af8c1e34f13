package io.bessemer.nova;

import static io.bessemer.openstack.ServiceClient.query;

import io.bessemer.openstack.Http.Answer;
import io.bessemer.openstack.OpenStackException;
import io.bessemer.openstack.ServiceClient;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// What Bessemer uses of the Placement API (api-ref/source of placement).
final class PlacementApi {
    /// of 2018; the first whose aggregates have a generation
    static final String MICROVERSION = "1.19";

    private final ServiceClient client;

    PlacementApi(ServiceClient client) {
        this.client = client;
    }

    record Provider(UUID uuid, String name) {}

    Optional<Provider> provider(UUID uuid) throws OpenStackException {
        Answer answer = client.call("GET", "/resource_providers/" + uuid, null, 404);
        return answer.status() == 404 ? Optional.empty() : Optional.of(provider(answer.body()));
    }

    Optional<Provider> provider(String name) throws OpenStackException {
        for (JsonNode one : client.get("/resource_providers?name=" + query(name)).path("resource_providers")) {
            return Optional.of(provider(one));
        }
        return Optional.empty();
    }

    /// Resource class to total.
    Map<String, Long> inventories(UUID provider) throws OpenStackException {
        var totals = new TreeMap<String, Long>();
        client.get("/resource_providers/" + provider + "/inventories").path("inventories").properties()
                .forEach(one -> totals.put(one.getKey(), one.getValue().path("total").asLong(0)));
        return totals;
    }

    Set<String> aggregates(UUID provider) throws OpenStackException {
        return texts(client.get("/resource_providers/" + provider + "/aggregates").path("aggregates"));
    }

    Set<String> traits(UUID provider) throws OpenStackException {
        return texts(client.get("/resource_providers/" + provider + "/traits").path("traits"));
    }

    /// Who holds some of it: servers and migrations.
    Set<String> consumers(UUID provider) throws OpenStackException {
        return new TreeSet<>(client.get("/resource_providers/" + provider + "/allocations").path("allocations").propertyNames());
    }

    /// @return why it stays; empty when it is gone
    Optional<String> delete(UUID provider) throws OpenStackException {
        Answer answer = client.call("DELETE", "/resource_providers/" + provider, null, 404, 409);
        return answer.status() == 409 ? Optional.of(answer.explanation()) : Optional.empty();
    }

    private static Provider provider(JsonNode node) {
        return new Provider(UUID.fromString(node.path("uuid").asString()), node.path("name").asString(""));
    }

    private static Set<String> texts(JsonNode list) {
        var texts = new TreeSet<String>();
        list.forEach(text -> texts.add(text.asString()));
        return texts;
    }
}
