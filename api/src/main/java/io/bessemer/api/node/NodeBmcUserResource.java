package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Values;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.BmcUsers;
import io.bessemer.core.driver.BmcUsers.Privilege;
import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Bessemer's own: the users of a node's BMC, read and changed while the client waits. Not bound to a microversion. Passwords stand in no answer, nor in a
/// message about what is wrong with them.
@RestController
@RequestMapping("/v1/nodes/{ident}/bmc/users")
final class NodeBmcUserResource {
    /// that a BMC can have beside the one to its neighbours (0), IPMI 2.0 §6.3
    private static final int LAST_CHANNEL = 11;
    private static final int LONGEST_TEXT = 256;

    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeBmcUserResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @GetMapping
    Map<String, Object> list(@PathVariable String ident, Query query) {
        BmcUsers.Users users = hardware.bmcUsers(finder.find(ident).id(), channel(query));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("channel", users.channel());
        shown.put("room", users.most());
        shown.put("enabled", users.enabled());
        shown.put("fixed_names", users.fixedNames());
        shown.put("users", users.users().stream().map(NodeBmcUserResource::shown).toList());
        return shown;
    }

    private static Map<String, Object> shown(BmcUsers.User user) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", user.id());
        shown.put("name", user.name());
        shown.put("privilege", user.privilege());
        shown.put("enabled", user.enabled());
        shown.put("messaging", user.messaging());
        shown.put("link_authentication", user.linkAuthentication());
        shown.put("callback_only", user.callbackOnly());
        shown.put("ours", user.ours());
        return shown;
    }

    @PostMapping
    ResponseEntity<Map<String, Object>> create(@PathVariable String ident, Query query, JsonBody body) {
        JsonObject members = body.object("name", "password", "privilege");
        for (String required : new String[] {"name", "password", "privilege"}) {
            if (!members.has(required)) {
                throw new Failure.Missing(required, "Send name, password and privilege in the request body.");
            }
        }
        BmcUsers.User made = hardware.createBmcUser(finder.find(ident).id(), channel(query), text(members, "name").orElseThrow(), password(members).orElseThrow(),
                privilege(members).orElseThrow());
        return ResponseEntity.status(HttpStatus.CREATED).body(shown(made));
    }

    @PutMapping("/{user}")
    Map<String, Object> change(@PathVariable String ident, @PathVariable String user, Query query, JsonBody body) {
        JsonObject members = body.object("name", "password", "privilege", "enabled", "messaging", "link_authentication");
        var change = new BmcUsers.Change(text(members, "name"), password(members), privilege(members), flag(members, "enabled"), flag(members, "messaging"), flag(members, "link_authentication"));
        if (change.isEmpty()) {
            throw new Failure.Invalid("body", "changes nothing. Send one or more of name, password, privilege, enabled, messaging, link_authentication.");
        }
        return shown(hardware.changeBmcUser(finder.find(ident).id(), channel(query), number(user), change));
    }

    @DeleteMapping("/{user}")
    ResponseEntity<Void> remove(@PathVariable String ident, @PathVariable String user, Query query) {
        hardware.removeBmcUser(finder.find(ident).id(), channel(query), number(user));
        return ResponseEntity.noContent().build();
    }

    private static OptionalInt channel(Query query) {
        query.allowOnly("channel");
        Optional<Integer> channel = query.text("channel").map(text -> Values.wholeNumber(text, "channel"));
        channel.filter(number -> number < 1 || number > LAST_CHANNEL).ifPresent(number -> {
            throw new Failure.Invalid("channel", "%d is not one of 1 to %d. Leave it out for the one by which the BMC is driven.".formatted(number, LAST_CHANNEL));
        });
        return channel.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    private static int number(String user) {
        int number = Values.wholeNumber(user, "user");
        if (number < 1 || number > BmcUsers.LAST_ID) {
            throw new Failure.Invalid("user", "%d is not one of 1 to %d, by which a BMC counts its users.".formatted(number, BmcUsers.LAST_ID));
        }
        return number;
    }

    private static Optional<String> text(JsonObject members, String name) {
        return members.has(name) ? Optional.of(Values.text(members.get(name), name, LONGEST_TEXT)) : Optional.empty();
    }

    private static Optional<String> password(JsonObject members) {
        if (!members.has("password")) {
            return Optional.empty();
        }
        if (!(members.get("password") instanceof String text) || text.length() > LONGEST_TEXT) {
            throw new Failure.Invalid("password", "must be a string of at most %d characters.".formatted(LONGEST_TEXT));
        }
        return Optional.of(text);
    }

    private static Optional<Privilege> privilege(JsonObject members) {
        return text(members, "privilege").map(text -> Privilege.of(text).orElseThrow(() -> new Failure.Invalid("privilege", "'%s' is not one of %s.".formatted(text, Privilege.known()))));
    }

    private static Optional<Boolean> flag(JsonObject members, String name) {
        return members.has(name) ? Optional.of(members.flag(name, false)) : Optional.empty();
    }
}
