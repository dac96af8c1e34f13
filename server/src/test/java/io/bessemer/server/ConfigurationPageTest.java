package io.bessemer.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

/// Pins every setting's key and default: `docs/reference/configuration.md` is written from the property records and their Javadoc.
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/reference/configuration.md");
    private static final Path SOURCES = Path.of("src/main/java/io/bessemer/server");
    private static final Pattern PARAM = Pattern.compile("^ *///? @param (\\w+) +(.*)$");

    private static final Pattern RECORD = Pattern.compile("^ *public record (\\w+)\\(");

    /// Run with -Dbessemer.docs.write=true to write the page after a change of the settings.
    @Test
    void the_committed_page_lists_every_setting_with_its_default() throws Exception {
        String page = page();
        if (Boolean.getBoolean("bessemer.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() throws Exception {
        StringBuilder text = new StringBuilder("""
                # Settings

                Written from the property records in `server`. Give them in the file of `--config` (YAML or properties), or each as
                `--KEY=VALUE` on the command line. Durations are `30s`, `5m`, `1h`.
                """);
        for (Class<?> type : propertyTypes()) {
            text.append("\n## ").append(heading(type)).append("\n\n| Key | Default | Meaning |\n| --- | --- | --- |\n");
            rows(prefix(type), type, javadoc(type)).forEach(text::append);
        }
        return text.toString();
    }

    private static List<String> rows(String prefix, Class<?> type, Map<String, String> meanings) throws IOException {
        List<String> rows = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + "." + key(type, component);
            Class<?> nested = nestedRecord(component);
            if (nested != null) {
                String index = List.class.isAssignableFrom(component.getType()) ? "[0]" : Map.class.isAssignableFrom(component.getType()) ? ".NAME" : "";
                rows.addAll(rows(key + index, nested, meanings));
                continue;
            }
            rows.add("| `%s` | %s | %s |\n".formatted(key, defaultOf(type, component), meanings.getOrDefault(type.getSimpleName() + "." + component.getName(), "")));
        }
        return rows;
    }

    private static Class<?> nestedRecord(RecordComponent component) {
        if (component.getType().isRecord()) {
            return component.getType();
        }
        Type generic = component.getGenericType();
        if (generic instanceof ParameterizedType container && List.of(container.getActualTypeArguments()).getLast() instanceof Class<?> element
                && element.isRecord()) {
            return element;
        }
        return null;
    }

    private static String key(Class<?> type, RecordComponent component) {
        Name name = parameter(type, component).getAnnotation(Name.class);
        return name == null ? kebab(component.getName()) : name.value();
    }

    private static Parameter parameter(Class<?> type, RecordComponent component) {
        for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
            if (parameter.getName().equals(component.getName())) {
                return parameter;
            }
        }
        throw new IllegalStateException(type + " has no constructor parameter " + component.getName());
    }

    private static String defaultOf(Class<?> type, RecordComponent component) {
        Parameter parameter = parameter(type, component);
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        if (value == null) {
            return "required";
        }
        String joined = String.join(", ", value.value());
        return joined.isEmpty() ? "" : "`" + joined + "`";
    }

    /// By record and component, `Interface.router`: records of one file may have components of the same name.
    private static Map<String, String> javadoc(Class<?> type) throws IOException {
        Map<String, String> meanings = new TreeMap<>();
        Map<String, String> ofRecord = new TreeMap<>();
        String last = null;
        for (String line : Files.readAllLines(SOURCES.resolve(type.getSimpleName() + ".java"))) {
            Matcher matcher = PARAM.matcher(line);
            if (matcher.matches()) {
                last = matcher.group(1);
                ofRecord.put(last, matcher.group(2).trim());
            } else if (last != null && line.strip().startsWith("///") && !line.strip().equals("///")) {
                ofRecord.merge(last, line.strip().substring(3).strip(), (left, right) -> left + " " + right);
            } else {
                last = null;
            }
            Matcher declared = RECORD.matcher(line);
            if (declared.find()) {
                ofRecord.forEach((component, meaning) -> meanings.put(declared.group(1) + "." + component, meaning));
                ofRecord.clear();
            }
        }
        return meanings;
    }

    private static List<Class<?>> propertyTypes() throws ClassNotFoundException {
        ClassPathScanningCandidateComponentProvider scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        List<Class<?>> types = new ArrayList<>();
        for (var candidate : scanner.findCandidateComponents("io.bessemer.server")) {
            types.add(Class.forName(candidate.getBeanClassName()));
        }
        types.sort(Comparator.comparing(ConfigurationPageTest::heading));
        return types;
    }

    /// The settings of the clouds have the prefix of the server's own, which comes first.
    private static String heading(Class<?> type) {
        RecordComponent first = type.getRecordComponents()[0];
        return Map.class.isAssignableFrom(first.getType()) ? prefix(type) + "." + first.getName() : prefix(type);
    }

    private static String prefix(Class<?> type) {
        return type.getAnnotation(ConfigurationProperties.class).value();
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(java.util.Locale.ROOT);
    }
}
