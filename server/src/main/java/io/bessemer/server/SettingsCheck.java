package io.bessemer.server;

import io.bessemer.core.node.Secrets;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.unit.DataSize;

/// Looks at all settings before anything is made of them, so that every fault is told at once: Spring itself ends at the first record
/// that is wrong, and there at the first value that it cannot convert.
final class SettingsCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    /// A test holds this to what is there.
    static final List<Class<? extends Record>> ALL = List.of(ServerProperties.class, AgentProperties.class, ApiProperties.class, CloudProperties.class,
            ConductorProperties.class, ConsoleProperties.class, DatabaseProperties.class, DoorProperties.class, HostsProperties.class, ImageProperties.class, IpmiProperties.class, PxeProperties.class,
            RedfishProperties.class, FakeHardwareProperties.class, EventProperties.class, NotificationProperties.class);

    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("bessemer");
    /// The launcher's BESSEMER_HOME and the like look as if they were settings.
    private static final Set<String> NOT_OURS_ALONE = Set.of(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
            StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        List<String> faults = faults(context.getEnvironment());
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    /// In order of their keys.
    static List<String> faults(Environment environment) {
        Set<String> faults = new TreeSet<>();
        Binder binder = Binder.get(environment);
        Set<ConfigurationPropertyName> known = new HashSet<>();
        try (ValidatorFactory validators = Validation.buildDefaultValidatorFactory()) {
            ALL.forEach(type -> check(type, binder, validators.getValidator(), known, faults));
        }
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source.getUnderlyingSource() instanceof PropertySource<?> named && !NOT_OURS_ALONE.contains(named.getName())
                    && source instanceof IterableConfigurationPropertySource iterable) {
                iterable.stream().filter(name -> OURS.isAncestorOf(name) && !known.contains(name))
                        .forEach(name -> faults.add("%s is no setting; see docs/reference/configuration.md".formatted(name)));
            }
        }
        return List.copyOf(faults);
    }

    private static <T extends Record> void check(Class<T> type, Binder binder, Validator validator, Set<ConfigurationPropertyName> known, Set<String> faults) {
        String prefix = type.getAnnotation(ConfigurationProperties.class).value();
        var unreadable = new Unreadable(known);
        T settings = binder.bindOrCreate(prefix, Bindable.of(type), unreadable);
        Set<ConstraintViolation<T>> violations = validator.validate(settings);
        faults.addAll(unreadable.faults);
        violations.stream().map(violation -> fault(prefix, violation)).forEach(faults::add);
        if (unreadable.faults.isEmpty() && violations.isEmpty() && settings instanceof CheckedSettings checked) {
            try {
                checked.check();
            } catch (IllegalArgumentException wrong) {
                faults.addAll(List.of(wrong.getMessage().split("; (?=bessemer\\.)")));
            }
        }
    }

    /// Values that are none of their type: each is noted, and the default put in its place, so that the rest is looked at too.
    private static final class Unreadable implements BindHandler {
        private final Set<ConfigurationPropertyName> known;
        private final List<String> faults = new ArrayList<>();

        /// @param known filled: every name that was looked for
        Unreadable(Set<ConfigurationPropertyName> known) {
            this.known = known;
        }

        @Override
        public <T> Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
            known.add(name);
            return target;
        }

        @Override
        public Object onFailure(ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) throws Exception {
            ConfigurationProperty property = context.getConfigurationProperty();
            if (property == null) {
                throw error;
            }
            String key = property.getName().toString();
            faults.add("%s is '%s'; allowed is %s".formatted(key, shown(key, property.getValue()), allowed(target.getType().resolve(Object.class))));
            return null;
        }
    }

    private static String allowed(Class<?> type) {
        if (type == Duration.class) {
            return "a duration such as 500ms, 30s, 5m, 1h";
        }
        if (type == DataSize.class) {
            return "a size such as 64MB, 1GB";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        return type == int.class || type == Integer.class ? "a whole number" : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private static String fault(String prefix, ConstraintViolation<?> violation) {
        String key = prefix + "." + key(violation);
        Object found = violation.getInvalidValue();
        String message = violation.getMessage();
        return found == null || found.toString().isBlank() ? "%s is missing: it %s".formatted(key, message)
                : "%s is '%s': it %s".formatted(key, shown(key, found), message);
    }

    /// `clouds[openstack].authUrl` is the setting `clouds.openstack.auth-url`.
    private static String key(ConstraintViolation<?> violation) {
        StringBuilder key = new StringBuilder();
        for (Path.Node node : violation.getPropertyPath()) {
            if (node.getIndex() != null) {
                key.append('[').append(node.getIndex()).append(']');
            } else if (node.getKey() != null) {
                key.append('.').append(node.getKey());
            }
            if (node.getName() != null && !node.getName().startsWith("<")) {
                key.append(key.isEmpty() ? "" : ".").append(kebab(node.getName()));
            }
        }
        String last = lastName(violation);
        String own = ownName(violation.getLeafBean().getClass(), last);
        return own == null ? key.toString() : key.substring(0, key.length() - kebab(last).length()) + own;
    }

    private static String lastName(ConstraintViolation<?> violation) {
        String last = "";
        for (Path.Node node : violation.getPropertyPath()) {
            last = node.getName() == null ? last : node.getName();
        }
        return last;
    }

    /// Of a component whose key is not its name; null for others.
    private static String ownName(Class<?> type, String component) {
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            for (Parameter parameter : constructor.getParameters()) {
                if (parameter.getName().equals(component) && parameter.isAnnotationPresent(Name.class)) {
                    return parameter.getAnnotation(Name.class).value();
                }
            }
        }
        return null;
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /// Passwords, and URLs with one, are not shown.
    private static String shown(String key, Object value) {
        String text = String.valueOf(value);
        return Secrets.isSecret(key.substring(key.lastIndexOf('.') + 1)) && !(value instanceof Duration) || text.matches("(?s).*://[^/]*@.*") ? Secrets.MASK : text;
    }
}
