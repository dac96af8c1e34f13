package io.bessemer.agent;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What the boot script told the agent through the kernel command line.
///
/// @param api     base address of the server's agent API
/// @param content base address of the server's images
/// @param node    UUID, as text: only sent back
/// @param attempt of the flow that booted this machine
/// @param token   one-time, opens the session
/// @param bootMac NIC that the machine booted by, lower case with colons; empty when unknown
record KernelArguments(String api, URI content, String node, long attempt, String token, String bootMac) {

    /// @throws IllegalArgumentException naming the argument that is missing or wrong
    static KernelArguments parse(String commandLine) {
        Map<String, String> arguments = new HashMap<>();
        for (String word : commandLine.strip().split("\\s+")) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                arguments.put(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        String api = address(arguments, "bessemer.api");
        URI content = URI.create(address(arguments, "bessemer.content"));
        String attempt = required(arguments, "bessemer.attempt");
        if (!attempt.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("kernel argument bessemer.attempt must be a number, but is " + attempt);
        }
        return new KernelArguments(api.endsWith("/") ? api.substring(0, api.length() - 1) : api, content, required(arguments, "bessemer.node"),
                Long.parseLong(attempt), required(arguments, "bessemer.token"), mac(arguments.getOrDefault("BOOTIF", "")));
    }

    private static String address(Map<String, String> arguments, String name) {
        String address = required(arguments, name);
        try {
            if ((address.startsWith("http://") || address.startsWith("https://")) && new URI(address).getHost() != null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new IllegalArgumentException("kernel argument " + name + " must be an http address, but is " + address);
    }

    private static String required(Map<String, String> arguments, String name) {
        String value = arguments.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("kernel argument " + name + " is missing: was this machine booted by Bessemer's script?");
        }
        return value;
    }

    /// PXELINUX writes `01-52-54-...`: the hardware type in front, dashes between.
    private static String mac(String bootif) {
        String mac = bootif.toLowerCase(Locale.ROOT).replace('-', ':');
        return mac.matches("01(:[0-9a-f]{2}){6}") ? mac.substring(3) : mac;
    }

    @Override
    public String toString() {
        return "KernelArguments[api=%s, content=%s, node=%s, attempt=%d, token=***, bootMac=%s]".formatted(api, content, node, attempt, bootMac);
    }
}
