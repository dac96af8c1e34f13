package io.bessemer.api.site;

import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Microversion;
import io.bessemer.api.wire.RequestContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/` and `/v1`: which versions and collections there are.
@RestController
final class RootResource {
    @GetMapping("/")
    Map<String, Object> root(RequestContext context) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", "OpenStack Ironic API");
        answer.put("description", "Bessemer, a bare-metal provisioner that speaks the API of OpenStack Ironic.");
        answer.put("default_version", version(context));
        answer.put("versions", List.of(version(context)));
        return answer;
    }

    @GetMapping("/v1")
    Map<String, Object> v1(RequestContext context) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", "v1");
        answer.put("links", List.of(Links.link(context.base() + "/v1/", "self")));
        answer.put("media_types", List.of(Map.of("base", "application/json", "type", "application/vnd.openstack.ironic.v1+json")));
        for (String name : List.of("chassis", "nodes", "ports", "drivers", "availability_zones", "host_profiles", "host_pools", "hypervisors")) {
            answer.put(name, Links.of(context, name + "/"));
        }
        if (context.version().atLeast(22)) {
            answer.put("lookup", Links.of(context, "lookup/"));
        }
        if (context.version().atLeast(23)) {
            answer.put("portgroups", Links.of(context, "portgroups/"));
        }
        if (context.version().atLeast(32)) {
            answer.put("volume", Links.of(context, "volume/"));
        }
        if (context.version().atLeast(49)) {
            answer.put("conductors", Links.of(context, "conductors/"));
        }
        if (context.version().atLeast(54)) {
            answer.put("events", Links.of(context, "events/"));
        }
        if (context.version().atLeast(82)) {
            answer.put("shards", Links.of(context, "shards/"));
        }
        answer.put("version", version(context));
        return answer;
    }

    private static Map<String, Object> version(RequestContext context) {
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("id", "v1");
        version.put("links", List.of(Links.link(context.base() + "/v1/", "self")));
        version.put("status", "CURRENT");
        version.put("min_version", Microversion.MINIMUM.toString());
        version.put("version", Microversion.MAXIMUM.toString());
        return version;
    }
}
