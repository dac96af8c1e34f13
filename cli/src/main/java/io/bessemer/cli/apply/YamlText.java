package io.bessemer.cli.apply;

import io.bessemer.cli.CommandFailure;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/// YAML as maps, lists, strings, whole and other numbers, booleans and null, with the line of each value. Plain words mean what they
/// mean in YAML 1.2's JSON schema: in 1.1 the MAC `52:54:00:12:34:56` is a number and `off` is false.
final class YamlText {
    private static final int MOST_VALUES = 1_000_000; // aliases of aliases grow without bound

    private static final int DEEPEST = 100;

    private final String file;
    private final Map<String, Integer> lines;
    private int values;

    private YamlText(String file, Map<String, Integer> lines) {
        this.file = file;
        this.lines = lines;
    }

    /// @param lines filled: by path, such as `0/nodes/1/driver` (the number of the document first), its line, from 1
    /// @return the documents; empty ones are null
    static List<Object> read(String text, String file, Map<String, Integer> lines) {
        var loader = new LoaderOptions();
        var dumper = new DumperOptions();
        var yaml = new Yaml(new SafeConstructor(loader), new Representer(dumper), dumper, loader, new PlainWords());
        var reader = new YamlText(file, lines);
        var documents = new ArrayList<>();
        try {
            for (Node root : yaml.composeAll(new StringReader(text))) {
                documents.add(reader.value(root, String.valueOf(documents.size())));
            }
        } catch (MarkedYAMLException e) {
            throw new CommandFailure("%s:%d: not YAML: %s".formatted(file, e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1, e.getProblem()), e);
        } catch (YAMLException e) { // of characters that no YAML has, or of more than it takes
            throw new CommandFailure("%s: not YAML: %s".formatted(file, String.valueOf(e.getMessage()).lines().findFirst().orElse("")), e);
        }
        return documents;
    }

    private Object value(Node node, String path) {
        int line = node.getStartMark().getLine() + 1;
        if (path.chars().filter(one -> one == '/').count() > DEEPEST) {
            throw new CommandFailure("%s:%d: more than %d levels. Is there an alias of what it stands in?".formatted(file, line, DEEPEST));
        }
        lines.putIfAbsent(path, line);
        if (++values > MOST_VALUES) {
            throw new CommandFailure("%s:%d: more than %d values. Are there aliases of aliases?".formatted(file, line, MOST_VALUES));
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, path);
            case SequenceNode sequence -> {
                var list = new ArrayList<>();
                for (Node element : sequence.getValue()) {
                    list.add(value(element, path + "/" + list.size()));
                }
                yield list;
            }
            case ScalarNode scalar -> scalar(scalar, line);
            default -> throw new CommandFailure("%s:%d: %s cannot be used here.".formatted(file, line, node.getNodeId()));
        };
    }

    private Map<String, Object> mapping(MappingNode mapping, String path) {
        var map = new LinkedHashMap<String, Object>();
        for (NodeTuple entry : mapping.getValue()) {
            int line = entry.getKeyNode().getStartMark().getLine() + 1;
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw new CommandFailure("%s:%d: a key must be a word.".formatted(file, line));
            }
            String name = key.getValue();
            if (map.containsKey(name)) {
                throw new CommandFailure("%s:%d: '%s' is here twice.".formatted(file, line, name));
            }
            lines.put(path + "/" + name, line);
            map.put(name, value(entry.getValueNode(), path + "/" + name));
        }
        return map;
    }

    private Object scalar(ScalarNode scalar, int line) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        if (tag.equals(Tag.BOOL)) {
            return Boolean.valueOf(text);
        }
        try {
            if (tag.equals(Tag.INT)) {
                return text.length() < 18 ? (Object) Long.valueOf(text) : new BigInteger(text);
            }
            return tag.equals(Tag.FLOAT) ? (Object) Double.valueOf(text) : text;
        } catch (NumberFormatException e) { // only of what is called !!int or !!float
            throw new CommandFailure("%s:%d: '%s' is not a number.".formatted(file, line, text), e);
        }
    }

    private static final class PlainWords extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.INT, Pattern.compile("-?(0|[1-9][0-9]*)"), "-0123456789");
            addImplicitResolver(Tag.FLOAT, Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?"), "-0123456789");
            addImplicitResolver(Tag.NULL, Pattern.compile("null|~|"), "n~\0");
            addImplicitResolver(Tag.NULL, Pattern.compile(""), null);
        }
    }
}
