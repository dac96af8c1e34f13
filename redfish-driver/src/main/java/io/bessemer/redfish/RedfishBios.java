package io.bessemer.redfish;

import io.bessemer.core.driver.BiosInterface;
import io.bessemer.core.driver.DriverException;
import io.bessemer.core.driver.DriverException.Kind;
import io.bessemer.core.driver.DriverNode;
import io.bessemer.redfish.client.Bmc;
import io.bessemer.redfish.client.RedfishException;
import io.bessemer.redfish.client.Resource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The `Bios` resource of a system, and the registry that explains its attributes.
final class RedfishBios implements BiosInterface {
    private static final Logger LOG = LoggerFactory.getLogger(RedfishBios.class);
    private static final String ATTRIBUTES = "Attributes";
    private static final int MOST_REGISTRIES_READ = 5;

    private final Bmcs bmcs;

    RedfishBios(Bmcs bmcs) {
        this.bmcs = bmcs;
    }

    @Override
    public List<Setting> settings(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource bios = bios(bmc);
        Map<String, Registry> registry = bios.text("/AttributeRegistry").map(name -> registry(bmc, name)).orElse(Map.of());
        Instant now = Instant.now();
        Map<String, Setting> settings = new TreeMap<>();
        bios.body().path(ATTRIBUTES).properties().forEach(attribute -> settings.put(attribute.getKey(), new Setting(attribute.getKey(),
                attribute.getValue().isNull() ? null : attribute.getValue().asString(attribute.getValue().toString()),
                registry.getOrDefault(attribute.getKey(), Registry.UNKNOWN), now)));
        return List.copyOf(settings.values());
    }

    @Override
    public void apply(DriverNode node, Map<String, String> settings) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource bios = bios(bmc);
        JsonNode current = bios.body().path(ATTRIBUTES);
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            attributes.put(setting.getKey(), value(bmc, setting.getKey(), setting.getValue(), current.path(setting.getKey())));
        }
        Map<String, Object> body = NodeBmc.body(ATTRIBUTES, attributes);
        if (bios.texts("/@Redfish.Settings/SupportedApplyTimes").contains("OnReset")) { // iDRAC makes no job of it otherwise
            body.put("@Redfish.SettingsApplyTime", NodeBmc.body("ApplyTime", "OnReset"));
        }
        String pending = bios.link("/@Redfish.Settings/SettingsObject").orElse(bios.path());
        bmc.tell(to -> to.patchForNextBoot(pending, body));
    }

    /// Of the type that the attribute has now.
    private static Object value(NodeBmc bmc, String name, String text, JsonNode current) throws DriverException {
        if (current.isMissingNode()) {
            throw new DriverException(Kind.CONFIGURATION, "%s: the machine has no BIOS setting '%s'. `baremetal node bios setting list` shows those that it has."
                    .formatted(bmc.name(), name));
        }
        boolean number = current.isIntegralNumber();
        boolean flag = current.isBoolean();
        if (number && !text.matches("-?[0-9]{1,18}") || flag && !text.toLowerCase(Locale.ROOT).matches("true|false")) {
            throw new DriverException(Kind.CONFIGURATION, "%s: BIOS setting '%s' is '%s'; allowed is %s.".formatted(bmc.name(), name, text,
                    number ? "a whole number" : "true or false"));
        }
        return number ? (Object) Long.parseLong(text) : flag ? (Object) Boolean.parseBoolean(text.toLowerCase(Locale.ROOT)) : text;
    }

    @Override
    public void factoryReset(DriverNode node) throws DriverException {
        NodeBmc bmc = bmcs.of(node);
        Resource bios = bios(bmc);
        String action = bios.action("#Bios.ResetBios").orElseThrow(() -> bmc.unsupported("has no action #Bios.ResetBios at %s".formatted(bios.path())));
        bmc.ask(to -> to.submit(action, Map.of()));
    }

    private static Resource bios(NodeBmc bmc) throws DriverException {
        Resource system = bmc.system();
        return bmc.get(system.link("/Bios").orElseThrow(() -> bmc.unsupported("shows no BIOS settings of %s".formatted(system.path()))));
    }

    /// What is known of attributes by name; nothing where the BMC has no registry, or one that cannot be read: settings can be shown without.
    @SuppressWarnings("unchecked")
    private static Map<String, Registry> registry(NodeBmc bmc, String name) {
        String key = "bios registry " + name;
        Optional<Object> known = bmc.bmc().remembered(key);
        if (known.isPresent()) {
            return (Map<String, Registry>) known.get();
        }
        try {
            Map<String, Registry> read = read(bmc, bmc.bmc(), name);
            bmc.bmc().remember(key, read);
            return read;
        } catch (RedfishException e) {
            LOG.debug("{}: the registry {} of BIOS settings cannot be read: {}", bmc.name(), name, e.getMessage());
            return Map.of();
        }
    }

    private static Map<String, Registry> read(NodeBmc node, Bmc bmc, String name) throws RedfishException {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> all = bmc.members(bmc.root().link("/Registries").orElse(node.info().access().root() + "/Registries"));
        List<String> likely = new ArrayList<>(all.stream().filter(path -> last(path).equals(wanted)).toList());
        all.stream().filter(path -> !likely.contains(path) && last(path).contains("bios")).forEach(likely::add);
        for (String path : likely.stream().limit(MOST_REGISTRIES_READ).toList()) {
            Resource file = bmc.get(path);
            boolean same = last(path).equals(wanted) || file.text("/Registry").orElse("").toLowerCase(Locale.ROOT).startsWith(wanted.replaceAll("\\.v?[0-9._]+$", ""));
            if (same) {
                for (JsonNode location : file.body().path("Location")) {
                    String language = location.path("Language").asString("en").toLowerCase(Locale.ROOT); // Dell writes En
                    String uri = location.path("Uri").asString("");
                    if (!uri.isEmpty() && language.startsWith("en")) {
                        return entries(bmc.get(uri).body().at("/RegistryEntries/Attributes"));
                    }
                }
            }
        }
        return Map.of();
    }

    private static String last(String path) {
        return path.replaceAll("/+$", "").replaceAll(".*/", "").toLowerCase(Locale.ROOT);
    }

    private static Map<String, Registry> entries(JsonNode attributes) {
        Map<String, Registry> entries = new HashMap<>();
        for (JsonNode attribute : attributes) {
            List<String> values = attribute.path("Value").isArray()
                    ? attribute.path("Value").valueStream().map(value -> value.path("ValueName").asString("")).filter(value -> !value.isEmpty()).toList() : null;
            entries.put(attribute.path("AttributeName").asString(""), new Registry(text(attribute, "Type"), values, number(attribute, "LowerBound"),
                    number(attribute, "UpperBound"), number(attribute, "MinLength"), number(attribute, "MaxLength"), flag(attribute, "ReadOnly"),
                    flag(attribute, "ResetRequired"), flag(attribute, "IsSystemUniqueProperty")));
        }
        return Map.copyOf(entries);
    }

    private static String text(JsonNode attribute, String name) {
        return attribute.path(name).isString() ? attribute.path(name).asString() : null;
    }

    private static Integer number(JsonNode attribute, String name) {
        return attribute.path(name).canConvertToInt() ? attribute.path(name).asInt() : null;
    }

    private static Boolean flag(JsonNode attribute, String name) {
        return attribute.path(name).isBoolean() ? attribute.path(name).asBoolean() : null;
    }
}
