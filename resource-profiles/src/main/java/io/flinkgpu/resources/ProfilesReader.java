package io.flinkgpu.resources;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.NodePath;
import io.flinkgpu.resources.yaml.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.flink.configuration.MemorySize;

/**
 * Reads stage profiles from YAML.
 *
 * <p>Three checks run over the same tree and report together: the document's own (duplicate keys),
 * the JSON schema (types, unknown and missing keys), and the profile's (bounds, dependencies
 * between keys). A key is reported by the first check that finds fault with it. Single use,
 * single-threaded.
 */
final class ProfilesReader {

    static final String SCHEMA_RESOURCE = "stage-profiles.schema.json";

    static final String PROFILES = "profiles";
    private static final String GPUS = "gpus";

    /** How each key of a profile is put into its builder; the schema lists the same keys. */
    static final Map<String, BiConsumer<StageProfile.Builder, JsonNode>> KEYS =
            Map.of(
                    "cpu-cores",
                    (builder, value) -> builder.cpuCores(value.doubleValue()),
                    "task-heap",
                    (builder, value) -> builder.taskHeap(memory(value)),
                    "task-off-heap",
                    (builder, value) -> builder.taskOffHeap(memory(value)),
                    "managed",
                    (builder, value) -> builder.managed(memory(value)),
                    GPUS,
                    (builder, value) -> builder.gpus(value.doubleValue()),
                    "gpu-memory",
                    (builder, value) -> builder.gpuMemory(memory(value)),
                    "accelerator",
                    (builder, value) -> builder.accelerator(value.textValue()));

    private static final Set<String> MEMORY_KEYS =
            Set.of("task-heap", "task-off-heap", "managed", "gpu-memory");

    private static final Schema SCHEMA = loadSchema();

    private final String sourceName;
    private final List<YamlTree.Problem> problems = new ArrayList<>();
    private final Set<JsonPointer> reported = new HashSet<>();

    ProfilesReader(String sourceName) {
        this.sourceName = sourceName;
    }

    /**
     * Returns the profiles in the order of the text.
     *
     * @throws InvalidProfilesException naming every problem
     */
    List<StageProfile> read(String yaml) {
        return read(YamlTree.of(yaml));
    }

    /**
     * Returns the profiles in the order of the document.
     *
     * @throws InvalidProfilesException naming every problem
     */
    List<StageProfile> read(YamlTree tree) {
        problems.addAll(tree.problems());
        if (tree.root().isMissingNode()) {
            addIfEmpty();
            throw invalid();
        }
        SCHEMA.validate(tree.root()).forEach(error -> addSchemaProblem(tree, error));
        List<StageProfile.Builder> builders = builders(tree);
        if (!problems.isEmpty()) {
            throw invalid();
        }
        return builders.stream().map(StageProfile.Builder::build).toList();
    }

    private void addIfEmpty() {
        if (problems.isEmpty()) {
            add(1, "The file is empty. Begin it with the key 'profiles'.");
        }
    }

    private void addSchemaProblem(YamlTree tree, Error error) {
        JsonPointer parent = JsonPointer.compile(pointerText(error.getInstanceLocation()));
        boolean aboutKey = error.getProperty() != null;
        JsonPointer at = aboutKey ? parent.appendProperty(error.getProperty()) : parent;
        if (reported.add(at)) {
            add(tree.lineOf(at), describe(error, at));
        }
    }

    private static String describe(Error error, JsonPointer at) {
        return switch (error.getKeyword()) {
            case "additionalProperties" ->
                    "Invalid key "
                            + subject(at)
                            + ": it is unknown. Known keys are "
                            + knownKeys(at)
                            + ".";
            case "required" -> "Invalid " + subject(at) + ": it is missing. Add the key.";
            default ->
                    "Invalid "
                            + subject(at)
                            + ": "
                            + error.getInstanceNode()
                            + ". "
                            + bound(error, at);
        };
    }

    private static String bound(Error error, JsonPointer at) {
        if (MEMORY_KEYS.contains(lastOf(at))) {
            return "It must be a whole number with a unit, such as '512 mb'.";
        }
        JsonNode bound = error.getSchemaNode();
        return switch (error.getKeyword()) {
            case "type" -> "It must be of type " + bound.asText() + ".";
            case "exclusiveMinimum" -> "It must be above " + bound + ".";
            case "minimum" -> "It must be at least " + bound + ".";
            case "minProperties" -> "Declare at least one profile.";
            default -> "It " + error.getMessage() + ".";
        };
    }

    private List<StageProfile.Builder> builders(YamlTree tree) {
        List<StageProfile.Builder> builders = new ArrayList<>();
        JsonPointer at = JsonPointer.empty().appendProperty(PROFILES);
        for (Map.Entry<String, JsonNode> entry : tree.root().path(PROFILES).properties()) {
            StageProfile.Builder builder = StageProfile.named(entry.getKey());
            JsonPointer profile = at.appendProperty(entry.getKey());
            fill(builder, entry.getValue(), profile, tree);
            addProfileProblems(builder, profile, tree);
            builders.add(builder);
        }
        return builders;
    }

    private void fill(
            StageProfile.Builder builder, JsonNode values, JsonPointer at, YamlTree tree) {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            JsonPointer key = at.appendProperty(value.getKey());
            if (!reported.contains(key)) {
                put(builder, value, key, tree);
            } else if (value.getKey().equals(GPUS)) {
                // Some amount above 0 was meant: keys that need one have no problem of their own.
                builder.gpus(1);
            }
        }
    }

    private void put(
            StageProfile.Builder builder,
            Map.Entry<String, JsonNode> value,
            JsonPointer key,
            YamlTree tree) {
        try {
            KEYS.get(value.getKey()).accept(builder, value.getValue());
        } catch (IllegalArgumentException e) {
            reported.add(key);
            add(
                    tree.lineOf(key),
                    "Invalid "
                            + subject(key)
                            + ": "
                            + value.getValue()
                            + ". "
                            + withoutStop(e.getMessage())
                            + ".");
        }
    }

    private void addProfileProblems(StageProfile.Builder builder, JsonPointer at, YamlTree tree) {
        if (reported.contains(at)) {
            return;
        }
        // INVARIANT: a key that another check reported was not put into the builder, whose default
        // for it is no news.
        builder.problems().stream()
                .filter(problem -> !reported.contains(at.appendProperty(problem.key())))
                .forEach(
                        problem ->
                                add(
                                        tree.lineOf(at.appendProperty(problem.key())),
                                        problem.message()));
    }

    private void add(int line, String message) {
        problems.add(new YamlTree.Problem(line, message));
    }

    private InvalidProfilesException invalid() {
        return new InvalidProfilesException(
                sourceName,
                problems.stream().sorted(Comparator.comparingInt(YamlTree.Problem::line)).toList());
    }

    private static List<String> knownKeys(JsonPointer unknown) {
        return unknown.head().matches()
                ? List.of(PROFILES)
                : KEYS.keySet().stream().sorted().toList();
    }

    // A key is called as StageProfile calls it, so that all problems read alike.
    private static String subject(JsonPointer at) {
        List<String> path = segments(at);
        return switch (path.size()) {
            case 0 -> "document";
            case 1 -> "'" + path.get(0) + "'";
            case 2 -> "profile '" + path.get(1) + "'";
            default -> path.get(path.size() - 1) + " of profile '" + path.get(1) + "'";
        };
    }

    private static String lastOf(JsonPointer at) {
        return at.matches() ? "" : at.last().getMatchingProperty();
    }

    private static List<String> segments(JsonPointer at) {
        List<String> segments = new ArrayList<>();
        for (JsonPointer rest = at; !rest.matches(); rest = rest.tail()) {
            segments.add(rest.getMatchingProperty());
        }
        return segments;
    }

    private static String pointerText(NodePath path) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < path.getNameCount(); i++) {
            text.append('/').append(path.getName(i).replace("~", "~0").replace("/", "~1"));
        }
        return text.toString();
    }

    private static String withoutStop(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static MemorySize memory(JsonNode value) {
        return MemorySize.parse(value.textValue());
    }

    private static Schema loadSchema() {
        try (InputStream in = ProfilesReader.class.getResourceAsStream(SCHEMA_RESOURCE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(text, InputFormat.JSON);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + SCHEMA_RESOURCE + ": " + e, e);
        }
    }
}
