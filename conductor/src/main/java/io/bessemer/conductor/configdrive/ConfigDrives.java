package io.bessemer.conductor.configdrive;

import io.bessemer.core.fault.Failure;
import io.bessemer.core.image.ConfigDriveWriter;
import io.bessemer.core.node.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/// Makes config drives in each of Ironic's three forms: a JSON object, base64 of a gzipped ISO, or a URL where that is found.
/// A client that gives none gets one all the same, so that the host can report that it is up.
public final class ConfigDrives {
    /// where a flow's arguments keep what the client gave
    public static final String ARGUMENT = "config_drive";

    /// Ironic's default limit is 64 MiB too
    private static final int MAX_BYTES = 64 << 20;
    private static final int ISO_9660_MAGIC_AT = 16 * 2048 + 1;
    private static final String FIELD = "configdrive";

    private final ConfigDriveWriter writer;
    private final Joining joining;
    private final JsonMapper json = new JsonMapper();

    public ConfigDrives(ConfigDriveWriter writer, Joining joining) {
        this.writer = writer;
        this.joining = joining;
    }

    /// Checks the form, without fetching anything.
    ///
    /// @throws Failure.Invalid naming what is wrong
    public void check(Object given) {
        switch (given) {
            case null -> {
            }
            case Map<?, ?> parts -> parts.keySet().forEach(key -> {
                if (!java.util.Set.of("meta_data", "user_data", "network_data", "vendor_data").contains(key)) {
                    throw new Failure.Invalid(FIELD, "'%s' is not one of meta_data, network_data, user_data, vendor_data.".formatted(key));
                }
            });
            case String text when isUrl(text) -> uri(text);
            case String text -> unpack(text);
            default -> throw new Failure.Invalid(FIELD, "found a %s, expected a JSON object, base64 of a gzipped ISO, or a URL."
                    .formatted(given.getClass().getSimpleName().toLowerCase(Locale.ROOT)));
        }
    }

    /// @param attempt   of the deploy
    /// @param given     what the client gave, null for none
    /// @param hostToken by which the host proves itself
    /// @param server    where the host reaches us: `http://192.0.2.1:6386`
    /// @return an ISO 9660 image
    public byte[] build(Node node, long attempt, Object given, String hostToken, URI server) {
        return switch (given) {
            case null -> fromParts(node, attempt, Map.of(), hostToken, server);
            case Map<?, ?> parts -> fromParts(node, attempt, parts, hostToken, server);
            case String text when isUrl(text) -> iso(fetch(uri(text)), text);
            case String text -> unpack(text);
            default -> throw new Failure.Invalid(FIELD, "expected a JSON object, base64 of a gzipped ISO, or a URL.");
        };
    }

    /// Finds what is wrong with it, as [#build], before a machine boots for it; makes no image of parts, whose form [#check] has seen.
    public void rehearse(Node node, long attempt, Object given, String hostToken, URI server) {
        if (given instanceof String text) {
            build(node, attempt, text, hostToken, server);
        } else {
            writer.ready();
            files(node, attempt, given instanceof Map<?, ?> parts ? parts : Map.of(), hostToken, server);
        }
    }

    private byte[] fromParts(Node node, long attempt, Map<?, ?> parts, String hostToken, URI server) {
        return writer.iso(files(node, attempt, parts, hostToken, server));
    }

    private Map<String, byte[]> files(Node node, long attempt, Map<?, ?> parts, String hostToken, URI server) {
        String report = "%s/v1/hosts/%s/up?token=%s".formatted(server, node.id(), hostToken);
        String failure = "%s/v1/hosts/%s/failed?token=%s".formatted(server, node.id(), hostToken);
        Map<String, byte[]> files = new LinkedHashMap<>();
        Optional<Joining.Identity> identity = joining.identity(node, attempt, hostToken, server);
        files.put("openstack/latest/meta_data.json", jsonBytes(metaData(node, parts.get("meta_data"), report, failure, identity)));
        Object userData = parts.get("user_data") != null ? parts.get("user_data") : identity.flatMap(Joining.Identity::userData).orElse(null);
        if (userData != null) {
            files.put("openstack/latest/user_data", textOrJson(userData));
        }
        Object network = parts.get("network_data") != null ? parts.get("network_data") : node.networkData().isEmpty() ? null : node.networkData();
        if (network != null) {
            files.put("openstack/latest/network_data.json", textOrJson(network));
        }
        Object vendorData = parts.get("vendor_data") != null ? parts.get("vendor_data") : phoneHome(report);
        files.put("openstack/latest/vendor_data.json", textOrJson(vendorData));
        return files;
    }

    private static Map<String, Object> metaData(Node node, Object given, String report, String failure, Optional<Joining.Identity> identity) {
        UUID uuid = node.instanceUuid() == null ? node.id().value() : node.instanceUuid();
        String name = hostName(node);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("uuid", uuid.toString());
        data.put("name", name);
        data.put("hostname", name);
        data.put("launch_index", 0);
        if (given instanceof Map<?, ?> map) {
            map.forEach((key, value) -> data.put(String.valueOf(key), value));
        }
        Map<String, Object> own = new LinkedHashMap<>(Map.of("node", node.id().toString(), "report_url", report, "failure_url", failure));
        identity.ifPresent(one -> own.put("join", one.join()));
        data.put("bessemer", own);
        return data;
    }

    /// As the host is told to call itself.
    public static String hostName(Node node) {
        String name = node.instanceName() != null ? node.instanceName()
                : node.instanceInfo().get("display_name") instanceof String display ? display : node.name();
        String clean = name == null ? "" : name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "-").replaceAll("^[.-]+|[.-]+$", "");
        return clean.isEmpty() ? "host-" + node.id().toString().substring(0, 8) : clean;
    }

    /// cloud-init calls back by itself: https://cloudinit.readthedocs.io, module "Phone Home".
    private static Map<String, Object> phoneHome(String report) {
        return Map.of("cloud-init", "#cloud-config\nphone_home:\n  url: \"%s\"\n  post: [instance_id, hostname, fqdn]\n  tries: 20\n".formatted(report));
    }

    private byte[] textOrJson(Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : jsonBytes(value);
    }

    private byte[] jsonBytes(Object value) {
        return json.writeValueAsBytes(value);
    }

    private static boolean isUrl(String text) {
        return text.startsWith("http://") || text.startsWith("https://");
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new Failure.Invalid(FIELD, "'%s' is not a URL with a host.".formatted(text));
    }

    private static byte[] fetch(URI uri) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build();
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).followRedirects(HttpClient.Redirect.NORMAL).build()) {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new Failure.Hardware("The config drive at %s cannot be fetched: the server answers %d."
                            .formatted(uri, response.statusCode()), response.statusCode() >= 500, null);
                }
                return capped(body, "the file at " + uri);
            }
        } catch (IOException e) {
            throw new Failure.Hardware("The config drive at %s cannot be fetched. Check the address and that its server runs.".formatted(uri), true, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.Hardware("Fetching the config drive at %s was interrupted.".formatted(uri), true, e);
        }
    }

    private static byte[] unpack(String base64) {
        try {
            return iso(Base64.getMimeDecoder().decode(base64), "it");
        } catch (IllegalArgumentException e) {
            throw new Failure.Invalid(FIELD, "it is neither a URL nor base64: " + e.getMessage());
        }
    }

    /// Takes a gzipped or plain ISO, or base64 of it (as clients store it behind URLs).
    static byte[] iso(byte[] bytes, String what) {
        byte[] plain = bytes;
        if (bytes.length > 2 && (bytes[0] & 0xff) != 0x1f && looksLikeBase64(bytes)) {
            try {
                plain = Base64.getMimeDecoder().decode(bytes);
            } catch (IllegalArgumentException e) {
                throw new Failure.Invalid(FIELD, "%s is not whole base64: %s".formatted(what, e.getMessage()));
            }
        }
        if (plain.length > 2 && (plain[0] & 0xff) == 0x1f && (plain[1] & 0xff) == 0x8b) {
            try (InputStream gunzip = new GZIPInputStream(new ByteArrayInputStream(plain))) {
                plain = capped(gunzip, what);
            } catch (IOException e) {
                throw new Failure.Invalid(FIELD, "%s is not a complete gzip file: %s".formatted(what, e.getMessage()));
            }
        }
        boolean iso = plain.length > ISO_9660_MAGIC_AT + 5
                && new String(plain, ISO_9660_MAGIC_AT, 5, StandardCharsets.US_ASCII).equals("CD001");
        if (!iso) {
            throw new Failure.Invalid(FIELD, "%s is not an ISO 9660 image (no 'CD001' at byte %d of %d). Make one with genisoimage -V config-2."
                    .formatted(what, ISO_9660_MAGIC_AT, plain.length));
        }
        return plain;
    }

    private static boolean looksLikeBase64(byte[] bytes) {
        for (int i = 0; i < Math.min(bytes.length, 64); i++) {
            int c = bytes[i] & 0xff;
            if (!(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=' || c == '\n' || c == '\r')) {
                return false;
            }
        }
        return true;
    }

    private static byte[] capped(InputStream in, String what) throws IOException {
        byte[] bytes = in.readNBytes(MAX_BYTES + 1);
        if (bytes.length > MAX_BYTES) {
            throw new Failure.Invalid(FIELD, "%s is larger than %d MiB.".formatted(what, MAX_BYTES >> 20));
        }
        return bytes;
    }
}
