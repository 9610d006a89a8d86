package io.flinkgpu.job.reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.file.ElementKeys;
import io.flinkgpu.job.file.PipelineKeys;
import io.flinkgpu.resources.StageProfiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/**
 * The JSON schema of job files (draft 2020-12), for editors.
 *
 * <p>It knows less than the reader: neither names nor inputs, fields or models. A value that a
 * variable stands for is accepted wherever a number, a truth value or a choice is.
 */
@Internal
public final class JobFileSchema {

    /** The resource that holds the schema of the elements of this project. */
    public static final String RESOURCE = "/io/flinkgpu/job/job-file.schema.json";

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JobFileSchema() {}

    /** The schema of files with the elements of a catalog. */
    public static String of(ElementCatalog catalog) {
        ObjectNode schema = NODES.objectNode();
        schema.put("$schema", DIALECT)
                .put("$id", "urn:io.flinkgpu:job-file")
                .put("title", "flink-gpu job file")
                .put("description", "A pipeline of sources, steps and sinks.");
        ObjectNode file = ValueTypes.object(PipelineKeys.ALL).schema();
        ObjectNode properties = (ObjectNode) file.path("properties");
        ObjectNode definitions = NODES.objectNode();
        addProfiles(properties, definitions);
        for (ElementKind kind : ElementKind.values()) {
            properties.set(kind.section(), section(kind));
            definitions.set(kind.word(), element(kind, catalog));
        }
        ((ArrayNode) file.path("required"))
                .add(ElementKind.SOURCE.section())
                .add(ElementKind.SINK.section());
        schema.setAll(file);
        schema.set("$defs", definitions);
        return print(allowVariables(schema));
    }

    private static void addProfiles(ObjectNode properties, ObjectNode definitions) {
        JsonNode profiles = profilesSchema();
        ObjectNode section = profiles.path("properties").path(PipelineKeys.PROFILES).deepCopy();
        section.put("description", "What subtasks need, by the name of the profile.");
        properties.set(PipelineKeys.PROFILES, section);
        for (Map.Entry<String, JsonNode> definition : profiles.path("$defs").properties()) {
            definitions.set(definition.getKey(), definition.getValue());
        }
    }

    private static ObjectNode section(ElementKind kind) {
        ObjectNode section = NODES.objectNode().put("type", "array").put("minItems", 1);
        section.set("items", NODES.objectNode().put("$ref", "#/$defs/" + kind.word()));
        return section.put("description", "The " + kind.section() + " of the pipeline.");
    }

    private static ObjectNode element(ElementKind kind, ElementCatalog catalog) {
        ObjectNode element = ValueTypes.object(ElementKeys.of(kind)).schema();
        ObjectNode properties = (ObjectNode) element.path("properties");
        ObjectNode type = (ObjectNode) properties.path(ElementKeys.TYPE.name());
        catalog.types(kind).forEach(type.putArray("enum")::add);
        properties.putObject(ElementKeys.CONFIG).put("type", "object");
        ArrayNode byType = element.putArray("allOf");
        catalog.all().stream()
                .filter(each -> each.kind() == kind)
                .forEach(each -> byType.add(ofType(each)));
        return element;
    }

    private static ObjectNode ofType(PipelineElement element) {
        ObjectNode rule = NODES.objectNode();
        ObjectNode condition = rule.putObject("if");
        condition
                .putObject("properties")
                .putObject(ElementKeys.TYPE.name())
                .put("const", element.type());
        condition.putArray("required").add(ElementKeys.TYPE.name());
        ObjectNode then = rule.putObject("then");
        then.putObject("properties")
                .set(
                        ElementKeys.CONFIG,
                        ValueTypes.object(element.keys())
                                .schema()
                                .put("description", element.description()));
        if (element.keys().stream().anyMatch(Key::isRequired)) {
            then.putArray("required").add(ElementKeys.CONFIG);
        }
        return rule;
    }

    /** Before it is read, a file may hold ${NAME} where a number is meant. */
    private static JsonNode allowVariables(JsonNode node) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, allowVariables(array.get(i)));
            }
            return array;
        }
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        List<String> names = object.properties().stream().map(Map.Entry::getKey).toList();
        names.forEach(name -> object.set(name, allowVariables(object.get(name))));
        boolean isTyped =
                List.of("integer", "number", "boolean").contains(object.path("type").asText())
                        || (object.has("enum") && !object.has("const"));
        return isTyped ? orVariable(object) : object;
    }

    private static ObjectNode orVariable(ObjectNode object) {
        ObjectNode either = NODES.objectNode();
        JsonNode description = object.remove("description");
        if (description != null) {
            either.set("description", description);
        }
        either.putArray("anyOf")
                .add(object)
                .add(NODES.objectNode().put("type", "string").put("pattern", "\\$\\{.+\\}"));
        return either;
    }

    private static JsonNode profilesSchema() {
        try (InputStream in =
                StageProfiles.class.getResourceAsStream("stage-profiles.schema.json")) {
            return MAPPER.readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the schema of profiles.", unreadable);
        }
    }

    private static String print(JsonNode schema) {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot print the schema.", impossible);
        }
    }
}
