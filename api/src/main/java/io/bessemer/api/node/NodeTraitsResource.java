package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeService;
import io.bessemer.core.fault.Failure;
import io.bessemer.core.node.Node;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/traits`, Ironic API 1.37.
@RestController
@RequestMapping("/v1/nodes/{ident}/traits")
final class NodeTraitsResource {
    static final int MOST_TRAITS = 50;

    private final NodeService service;
    private final NodeFinder finder;

    NodeTraitsResource(NodeService service, NodeFinder finder) {
        this.service = service;
        this.finder = finder;
    }

    @Since(value = 37, otherwise = 406)
    @GetMapping
    Map<String, Object> list(@PathVariable String ident) {
        return Map.of("traits", List.copyOf(finder.find(ident).traits()));
    }

    @Since(value = 37, otherwise = 405)
    @PutMapping
    ResponseEntity<Void> replace(@PathVariable String ident, JsonBody body) {
        Object given = body.object("traits").get("traits");
        if (given == null) {
            throw new Failure.Missing("traits", "Send a list of traits.");
        }
        List<String> traits = Values.list(given, "traits").stream().map(trait -> TraitName.check(trait, "traits")).toList();
        change(ident, kept -> {
            kept.clear();
            kept.addAll(traits);
        });
        return ResponseEntity.noContent().build();
    }

    @Since(value = 37, otherwise = 405)
    @PutMapping("/{trait}")
    ResponseEntity<Void> add(@PathVariable String ident, @PathVariable String trait, JsonBody body, RequestContext context) {
        // tempest sends {} with it, which says nothing
        if (body.value() != null && !Map.of().equals(body.value())) {
            throw new Failure.Invalid("body", "must be empty when a single trait is added.");
        }
        TraitName.check(trait, "traits");
        Node node = change(ident, kept -> kept.add(trait));
        return ResponseEntity.noContent().location(URI.create(context.base() + "/v1/nodes/" + node.id() + "/traits/" + trait)).build();
    }

    @Since(37)
    @DeleteMapping
    ResponseEntity<Void> clear(@PathVariable String ident) {
        change(ident, Set::clear);
        return ResponseEntity.noContent().build();
    }

    @Since(37)
    @DeleteMapping("/{trait}")
    ResponseEntity<Void> remove(@PathVariable String ident, @PathVariable String trait) {
        Node node = finder.find(ident);
        if (!node.traits().contains(trait)) {
            throw new Failure.NotFound("Trait", "%s of node %s".formatted(trait, node.id()));
        }
        change(ident, kept -> kept.remove(trait));
        return ResponseEntity.noContent().build();
    }

    private Node change(String ident, Consumer<Set<String>> how) {
        return service.update(finder.find(ident).id(), false, node -> {
            Set<String> traits = new TreeSet<>(node.traits());
            how.accept(traits);
            if (traits.size() > MOST_TRAITS) {
                throw new Failure.Invalid("traits", "would be %d on node %s, at most %d are allowed.".formatted(traits.size(), node.id(), MOST_TRAITS));
            }
            return NodeFields.with(node, b -> b.traits(traits));
        });
    }
}
