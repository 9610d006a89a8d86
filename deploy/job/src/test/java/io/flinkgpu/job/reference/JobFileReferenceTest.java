package io.flinkgpu.job.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.resources.yaml.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds what is generated to the code; {@code -Dflinkgpu.docs.write=true} writes it anew. */
class JobFileReferenceTest {

    private static final Path SCHEMA =
            Path.of("src", "main", "resources", "io", "flinkgpu", "job", "job-file.schema.json");
    private static final Path PAGE = Path.of("..", "..", "docs", "job-file-reference.md");
    private static final Path EXAMPLES =
            Path.of("..", "cli", "src", "main", "dist", "examples", "jobs");

    @Test
    void committedSchemaIsUpToDate() throws IOException {
        assertUpToDate(SCHEMA, JobFileSchema.of(ElementCatalog.onClassPath()));
    }

    @Test
    void committedPageIsUpToDate() throws IOException {
        assertUpToDate(PAGE, JobFileReference.of(ElementCatalog.onClassPath()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void schemaAcceptsExamples(Path example) throws IOException {
        assertThat(errors(Files.readString(example))).isEmpty();
    }

    @Test
    void schemaAcceptsTheGuidesExample() throws IOException {
        String guide = Files.readString(PAGE.resolveSibling("job-file.md"));
        int start = guide.indexOf("```yaml\n") + "```yaml\n".length();

        assertThat(errors(guide.substring(start, guide.indexOf("```", start)))).isEmpty();
    }

    @Test
    void schemaKnowsTheKeysOfEachType() {
        String wrong =
                """
                name: a
                sources:
                  - {name: in, type: files, config: {path: x, repeats: 3}}
                sinks:
                  - {name: out, type: prints, input: in}
                """;

        assertThat(errors(wrong))
                .anyMatch(error -> error.contains("repeats"))
                .anyMatch(error -> error.contains("/sinks/0/type"));
    }

    static Stream<Path> examples() throws IOException {
        try (Stream<Path> files = Files.list(EXAMPLES)) {
            return files.filter(file -> file.toString().endsWith(".yaml")).toList().stream();
        }
    }

    private static List<String> errors(String yaml) {
        Schema schema =
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(
                                JobFileSchema.of(ElementCatalog.onClassPath()), InputFormat.JSON);
        return schema.validate(YamlTree.of(yaml).root()).stream().map(Error::toString).toList();
    }

    private static void assertUpToDate(Path file, String generated) throws IOException {
        if (Boolean.getBoolean("flinkgpu.docs.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, generated);
        }

        assertThat(Files.readString(file)).isEqualTo(generated);
    }
}
