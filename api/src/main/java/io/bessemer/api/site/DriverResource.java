package io.bessemer.api.site;

import io.bessemer.api.ConductorDirectory;
import io.bessemer.api.ConductorDirectory.Conductor;
import io.bessemer.api.Drivers;
import io.bessemer.api.wire.Links;
import io.bessemer.api.wire.Query;
import io.bessemer.api.wire.RequestContext;
import io.bessemer.core.driver.HardwareType;
import io.bessemer.core.fault.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

    DriverResource(Drivers drivers, ConductorDirectory conductors) {
        this.drivers = drivers;
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
        List<Map<String, Object>> shown = classic ? List.of() : drivers.byName().values().stream().map(driver -> show(driver, detailed, context)).toList();
        return Map.of("drivers", shown);
    }

    @GetMapping("/{name}")
    Map<String, Object> show(@PathVariable String name, RequestContext context) {
        return show(find(name), context.version().atLeast(30), context);
    }

    @GetMapping("/{name}/properties")
    Map<String, String> properties(@PathVariable String name) {
        return find(name).properties();
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
