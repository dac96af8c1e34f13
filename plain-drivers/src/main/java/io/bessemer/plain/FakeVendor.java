package io.bessemer.plain;

import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.core.driver.VendorInterface;
import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The methods of Ironic's `FakeVendorB`: each says whether `bar` is its own word.
final class FakeVendor implements VendorInterface {
    static final Map<String, String> PROPERTIES = Map.of("B1", "B1 description. Required.", "B2", "B2 description. Required.");
    private static final Map<String, String> WORDS = Map.of("second_method", "kazoo", "third_method_sync", "meow", "fourth_method_shared_lock", "woof");
    private static final Map<String, Method> METHODS = all();

    private final FakeDelays delays;

    FakeVendor(FakeDelays delays) {
        this.delays = delays;
    }

    private static Map<String, Method> all() {
        Map<String, Method> all = new LinkedHashMap<>();
        all.put("second_method", new Method(Set.of("POST"), true, true, "Test if the value of bar is kazoo"));
        all.put("third_method_sync", new Method(Set.of("POST"), false, true, "Test if the value of bar is meow"));
        all.put("fourth_method_shared_lock", new Method(Set.of("POST"), true, false, "Test if the value of bar is woof"));
        all.put("log_passthrough", new Method(Set.of("POST"), true, true, "Test pass-through to wait."));
        return all;
    }

    @Override
    public Map<String, Method> methods() {
        return METHODS;
    }

    @Override
    public Optional<Object> call(DriverNode node, String method, String httpMethod, Map<String, Object> arguments) throws DriverException {
        String word = WORDS.get(method);
        if (word != null && (arguments.get("bar") == null || arguments.get("bar").equals(""))) {
            throw new Failure.Missing("bar", "Method '%s' compares it with a word of its own.".formatted(method));
        }
        FakePower.pause(delays.of("vendor"));
        return word == null ? Optional.empty() : Optional.of(word.equals(arguments.get("bar")));
    }
}
