package io.bessemer.api.site;

import io.bessemer.api.ConductorDirectory.Conductor;
import io.bessemer.api.ConductorDirectory;
import io.bessemer.api.Drivers;
import io.bessemer.api.VendorPassthru;
import io.bessemer.api.wire.ErrorKind;
import io.bessemer.api.wire.JsonBody;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.api.wire.Since;
import io.bessemer.api.wire.WireException;
import io.bessemer.conductor.NodeHardware;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// `/v1/drivers`: the hardware types that are enabled.
@RestController
@RequestMapping("/v1/drivers")
final class DriverResource {
    /// by interface, the microversion from which a driver's details show it
    private static final Map<String, Integer> INTERFACES = interfaces();

    private final Drivers drivers;
    private final ConductorDirectory conductors;
    private final NodeHardware hardware;

    DriverResource(Drivers drivers, ConductorDirectory conductors, NodeHardware hardware) {
        this.drivers = drivers;
        this.hardware = hardware;
        this.conductors = conductors;
    }

    private static Map<String, Integer> interfaces() {
        Map<String, Integer> since = new LinkedHashMap<>();
        List.of("boot", "console", "deploy", "inspect", "management", "network", "power", "raid", "vendor").forEach(name -> since.put(name, 30));
        since.put("storage", 33);
        since.put("rescue", 38);
        since.put("bios", 40);
        since.put("firmware", 86);
        return since;
    }

    @GetMapping
    Map<String, Object> list(Query query, RequestContext context) {
        query.allowOnly("type", "detail", "fields");
        query.flag("detail").ifPresent(_ -> context.require(30, "Argument 'detail'"));
        query.text("type").ifPresent(type -> {
            context.require(30, "Argument 'type'");
            if (!type.equals("classic") && !type.equals("dynamic")) {
                throw new Failure.Invalid("type", "'%s' is neither 'classic' nor 'dynamic'.".formatted(type));
            }
        });
        boolean detailed = query.flag("detail").orElse(false);
        boolean classic = query.text("type").filter("classic"::equals).isPresent();
        Optional<List<String>> fields = fields(query, context);
        List<Map<String, Object>> shown = classic ? List.of() : drivers.byName().values().stream()
                .map(driver -> only(fields, show(driver, detailed || fields.isPresent(), context))).toList();
        return Map.of("drivers", shown);
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String name, Query query, RequestContext context) {
        query.allowOnly("fields");
        return only(fields(query, context), show(find(name), context.version().atLeast(30), context));
    }

    @GetMapping("/{name}/properties")
    Map<String, String> properties(@PathVariable String name) {
        return find(name).properties();
    }

    @Since(value = 12, otherwise = 406)
    @GetMapping("/{name}/raid/logical_disk_properties")
    Map<String, String> logicalDiskProperties(@PathVariable String name) {
        try {
            return hardware.logicalDiskProperties(find(name).name());
        } catch (Failure.Unsupported without) {
            throw new WireException(ErrorKind.NO_SUCH_PATH, without.getMessage()); // as in Ironic, for this interface alone
        }
    }

    @GetMapping("/{name}/vendor_passthru/methods")
    Map<String, Object> vendorMethods(@PathVariable String name) {
        return VendorPassthru.show(hardware.driverVendorMethods(find(name).name()));
    }

    @RequestMapping("/{name}/vendor_passthru")
    ResponseEntity<byte[]> callVendor(@PathVariable String name, Query query, JsonBody body, HttpServletRequest request) {
        return callVendor(name, VendorPassthru.method(query), body, request);
    }

    @RequestMapping("/{name}/vendor_passthru/{method}")
    ResponseEntity<byte[]> callVendor(@PathVariable String name, @PathVariable String method, JsonBody body, HttpServletRequest request) {
        return VendorPassthru.answer(hardware.callDriverVendor(find(name).name(), method, request.getMethod(), VendorPassthru.arguments(body)));
    }

    /// Ironic API 1.77.
    private static Optional<List<String>> fields(Query query, RequestContext context) {
        Optional<List<String>> names = query.names("fields");
        if (names.isPresent()) {
            context.require(77, "Argument 'fields'");
            if (query.flag("detail").orElse(false)) {
                throw new Failure.Invalid("fields", "cannot be combined with detail.");
            }
        }
        return names;
    }

    /// What a client asked for, of everything that its version knows.
    private static Map<String, Object> only(Optional<List<String>> names, Map<String, Object> all) {
        if (names.isEmpty()) {
            return all;
        }
        List<String> unknown = names.get().stream().filter(name -> !all.containsKey(name)).toList();
        if (!unknown.isEmpty()) {
            throw new Failure.Invalid("fields", "Field(s) \"%s\" are not valid. Valid: %s.".formatted(String.join(", ", unknown), String.join(", ", all.keySet())));
        }
        Map<String, Object> chosen = new LinkedHashMap<>();
        names.get().forEach(name -> chosen.put(name, all.get(name)));
        return chosen;
    }

    private HardwareType find(String name) {
        return drivers.find(name).orElseThrow(() -> new Failure.NotFound("Driver", name));
    }

    private Map<String, Object> show(HardwareType driver, boolean detailed, RequestContext context) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", driver.name());
        shown.put("hosts", conductors.list().stream().filter(Conductor::alive).filter(host -> host.drivers().contains(driver.name())).map(Conductor::hostname).toList());
        shown.put("links", Links.of(context, "drivers/" + driver.name()));
        if (context.version().atLeast(14)) {
            shown.put("properties", Links.of(context, "drivers/" + driver.name() + "/properties"));
        }
        if (context.version().atLeast(30)) {
            shown.put("type", "dynamic");
        }
        if (detailed) {
            INTERFACES.forEach((kind, since) -> {
                if (context.version().atLeast(since)) {
                    List<String> enabled = driver.interfaces().getOrDefault(kind, List.of());
                    shown.put("default_%s_interface".formatted(kind), enabled.isEmpty() ? null : enabled.getFirst());
                    shown.put("enabled_%s_interfaces".formatted(kind), enabled);
                }
            });
        }
        return shown;
    }
}
