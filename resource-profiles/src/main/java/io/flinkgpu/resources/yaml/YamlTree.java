package io.flinkgpu.resources.yaml;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A YAML document as a JSON tree that remembers the line of every key.
 *
 * <p>What YAML allows and a file of profiles does not need is a problem of the document: duplicate
 * keys, keys that are no text, aliases. A duplicate key keeps its first value. Single-threaded.
 */
@Internal
public final class YamlTree {

    /** A problem of the document; lines count from 1. */
    public record Problem(int line, String message) {}

    /** Changes the text of values before their types are told. */
    @FunctionalInterface
    public interface Substitution {

        /**
         * The text in place of a value's text, or the same text.
         *
         * @throws IllegalArgumentException if there is none; its message becomes a problem of the
         *     value's line
         */
        String apply(String text);
    }

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Resolver TYPES = new Resolver();

    private final Map<JsonPointer, Integer> lines;
    private final List<Problem> problems;
    private final Substitution substitution;
    private final JsonNode root;

    private YamlTree(String text, Substitution substitution) {
        this.lines = new HashMap<>();
        this.problems = new ArrayList<>();
        this.substitution = substitution;
        this.root = parse(text).orElseGet(NODES::missingNode);
    }

    private YamlTree(YamlTree whole, JsonNode root) {
        this.lines = whole.lines;
        this.problems = List.of();
        this.substitution = whole.substitution;
        this.root = root;
    }

    /**
     * Parses one document; a syntax error ends it, is its last problem, and leaves the root
     * missing.
     */
    public static YamlTree of(String text) {
        return of(text, value -> value);
    }

    /**
     * Parses one document whose values a substitution changes; keys stay as they are. A plain value
     * is typed after it was changed, a quoted one stays text.
     */
    public static YamlTree of(String text, Substitution substitution) {
        return new YamlTree(text, substitution);
    }

    /**
     * The part of this document below one of its first keys, with the same lines and no problems.
     */
    public YamlTree only(String key) {
        ObjectNode part = NODES.objectNode();
        part.set(key, root.path(key));
        return new YamlTree(this, part);
    }

    /** Returns the root, missing if the text has no node or bad syntax. */
    public JsonNode root() {
        return root;
    }

    /** Returns what is wrong with the document as such, in the order of its discovery. */
    public List<Problem> problems() {
        return problems;
    }

    /**
     * Returns the line of the key that {@code pointer} ends with, else of the nearest parent that
     * exists.
     */
    public int lineOf(JsonPointer pointer) {
        for (JsonPointer at = pointer; at != null; at = at.head()) {
            Integer line = lines.get(at);
            if (line != null) {
                return line;
            }
        }
        return 1;
    }

    private Optional<JsonNode> parse(String text) {
        try {
            Yaml yaml = new Yaml(new LoaderOptions());
            if (refusesAliases(yaml, text)) {
                return Optional.empty();
            }
            return Optional.ofNullable(yaml.compose(new StringReader(text)))
                    .map(node -> convert(node, JsonPointer.empty()));
        } catch (MarkedYAMLException e) {
            problems.add(new Problem(lineOf(e), "Invalid YAML: " + describe(e) + "."));
            return Optional.empty();
        } catch (YAMLException e) {
            problems.add(new Problem(1, "Invalid YAML: " + oneLine(e.getMessage()) + "."));
            return Optional.empty();
        }
    }

    // Without aliases the nodes are a finite tree, so that walking it ends.
    private boolean refusesAliases(Yaml yaml, String text) {
        for (Event event : yaml.parse(new StringReader(text))) {
            if (event instanceof AliasEvent alias) {
                problems.add(
                        new Problem(
                                alias.getStartMark().getLine() + 1,
                                "Invalid alias: *" + alias.getAnchor() + ". Write the value out."));
            }
        }
        return !problems.isEmpty();
    }

    private JsonNode convert(Node node, JsonPointer at) {
        lines.putIfAbsent(at, lineOf(node));
        if (node instanceof MappingNode mapping) {
            return convertMapping(mapping, at);
        }
        if (node instanceof SequenceNode sequence) {
            return convertSequence(sequence, at);
        }
        return convertScalar((ScalarNode) node);
    }

    private ObjectNode convertMapping(MappingNode mapping, JsonPointer at) {
        ObjectNode object = NODES.objectNode();
        for (NodeTuple entry : mapping.getValue()) {
            if (entry.getKeyNode() instanceof ScalarNode key) {
                addEntry(object, at.appendProperty(key.getValue()), key, entry.getValueNode());
            } else {
                problems.add(
                        new Problem(
                                lineOf(entry.getKeyNode()), "Invalid key: it must be plain text."));
            }
        }
        return object;
    }

    private void addEntry(ObjectNode object, JsonPointer at, ScalarNode key, Node value) {
        if (object.has(key.getValue())) {
            problems.add(
                    new Problem(
                            lineOf(key),
                            "Invalid key '"
                                    + key.getValue()
                                    + "': it is already on line "
                                    + lines.get(at)
                                    + ". Remove one of the two."));
            return;
        }
        lines.put(at, lineOf(key));
        object.set(key.getValue(), convert(value, at));
    }

    private ArrayNode convertSequence(SequenceNode sequence, JsonPointer at) {
        ArrayNode array = NODES.arrayNode();
        for (Node item : sequence.getValue()) {
            array.add(convert(item, at.appendIndex(array.size())));
        }
        return array;
    }

    private JsonNode convertScalar(ScalarNode scalar) {
        String value = substitute(scalar);
        boolean isPlain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
        boolean isChanged = !value.equals(scalar.getValue());
        Tag tag =
                isPlain && isChanged ? TYPES.resolve(NodeId.scalar, value, true) : scalar.getTag();
        if (tag.equals(Tag.NULL)) {
            return NODES.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return convertBoolean(value);
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return convertNumber(value);
        }
        return NODES.textNode(value);
    }

    private String substitute(ScalarNode scalar) {
        try {
            return substitution.apply(scalar.getValue());
        } catch (IllegalArgumentException invalid) {
            problems.add(new Problem(lineOf(scalar), invalid.getMessage()));
            return scalar.getValue();
        }
    }

    // YAML 1.1 also calls yes, no, on and off booleans; here they stay text.
    private static JsonNode convertBoolean(String value) {
        boolean isTrue = value.equalsIgnoreCase("true");
        return isTrue || value.equalsIgnoreCase("false")
                ? NODES.booleanNode(isTrue)
                : NODES.textNode(value);
    }

    // YAML 1.1 also calls 0x1F, 1:30 and .inf numbers; here they stay text and the schema refuses
    // them.
    private static JsonNode convertNumber(String value) {
        try {
            return NODES.numberNode(new BigDecimal(value));
        } catch (NumberFormatException e) {
            return NODES.textNode(value);
        }
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static int lineOf(MarkedYAMLException e) {
        return e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
    }

    private static String describe(MarkedYAMLException e) {
        String context = e.getContext() == null ? "" : e.getContext() + ", ";
        return oneLine(context + e.getProblem());
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }
}
