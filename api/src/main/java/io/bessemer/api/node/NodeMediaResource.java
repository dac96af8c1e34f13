package io.bessemer.api.node;

import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.JsonBody.JsonObject;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.Since;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.VirtualMediaInterface.Device;
import io.bessemer.core.driver.VirtualMediaInterface.Drive;
import io.bessemer.core.fault.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/nodes/{ident}/vmedia`: images in a machine's virtual drives, Ironic API 1.89; what is in them since 1.93.
@RestController
@RequestMapping("/v1/nodes/{ident}/vmedia")
final class NodeMediaResource {
    private static final Set<String> SCHEMES = Set.of("http", "https", "nfs", "cifs");
    private static final Set<String> SOURCES = Set.of("http", "local");
    private static final int LONGEST_URL = 2048;

    private final NodeHardware hardware;
    private final NodeFinder finder;

    NodeMediaResource(NodeHardware hardware, NodeFinder finder) {
        this.hardware = hardware;
        this.finder = finder;
    }

    @Since(93)
    @GetMapping
    List<Map<String, Object>> drives(@PathVariable String ident) {
        return hardware.drives(finder.find(ident).id()).stream().map(NodeMediaResource::show).toList();
    }

    private static Map<String, Object> show(Drive drive) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("media_types", List.of(drive.device().wire()));
        shown.put("inserted", drive.image() != null);
        shown.put("image", drive.image() == null ? "" : drive.image());
        return shown;
    }

    /// The BMC fetches the image itself, whatever `image_download_source` says: Bessemer serves none for it.
    @Since(89)
    @PostMapping
    ResponseEntity<Void> attach(@PathVariable String ident, JsonBody body) {
        JsonObject members = body.object("device_type", "image_url", "image_download_source");
        Device device = device(members.required("device_type"), "device_type");
        String image = url(members.required("image_url"));
        String source = members.text("image_download_source").orElse("http");
        if (!SOURCES.contains(source)) {
            throw new Failure.Invalid("image_download_source", "'%s' is not one of http, local.".formatted(source));
        }
        hardware.attach(finder.find(ident).id(), device, image);
        return ResponseEntity.noContent().build();
    }

    @Since(89)
    @DeleteMapping
    ResponseEntity<Void> detach(@PathVariable String ident, Query query) {
        query.allowOnly("device_types");
        Set<Device> devices = query.names("device_types").orElse(List.of()).stream().map(name -> device(name, "device_types")).collect(Collectors.toSet());
        hardware.detach(finder.find(ident).id(), devices);
        return ResponseEntity.noContent().build();
    }

    private static Device device(String wire, String field) {
        return Device.fromWire(wire).orElseThrow(() -> new Failure.Invalid(field, "'%s' is not one of %s."
                .formatted(wire, Arrays.stream(Device.values()).map(Device::wire).collect(Collectors.joining(", ")))));
    }

    private static String url(String text) {
        try {
            String scheme = new URI(text).getScheme();
            if (text.length() <= LONGEST_URL && scheme != null && SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
                return text;
            }
        } catch (URISyntaxException notAUrl) {
            // said below
        }
        throw new Failure.Invalid("image_url", "is not a URL of at most %d characters that begins with http, https, nfs or cifs.".formatted(LONGEST_URL));
    }
}
