package io.flinkgpu.job.iceberg;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.ElementKind;
import io.flinkgpu.job.element.PipelineElement;
import io.flinkgpu.job.element.PlannedElement;
import io.flinkgpu.job.row.RowSchema;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IcebergElementsTest {

    private static final String VALID =
            """
            name: job
            sources:
              - name: rows
                type: datagen
                config: {rows: 1, fields: {file: {type: string}, at: {type: bigint}}}
            sinks:
              - name: table
                type: iceberg
                input: rows
                config:
                  catalog: {warehouse: warehouse}
                  table: inference.labels
                  partition-by: bucket(4, file)
            """;

    @TempDir private Path directory;

    @Test
    void checkCreatesNothing() throws Exception {
        assertThat(files().describe(VALID)).contains("table inference.labels: will be created");
        assertThat(directory.resolve("warehouse")).doesNotExist();
    }

    @Test
    void tellsWhatIsWrong() {
        assertThat(files().problems(VALID.replace("inference.labels", "labels")))
                .singleElement()
                .asString()
                .contains("It must be NAMESPACE.TABLE.");
        assertThat(files().problems(VALID.replace("bucket(4, file)", "nothing(file)")))
                .singleElement()
                .asString()
                .contains("Invalid partition: 'nothing(file)'.");
        assertThat(files().problems(VALID.replace("{warehouse: warehouse}", "{type: jdbc}")))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("type jdbc needs the key 'uri'."));
    }

    @Test
    void aPasswordIsAPropertyOfTheCatalog() throws Exception {
        String catalog =
                "{type: jdbc, warehouse: w, uri: \"jdbc:postgresql://localhost:1/a\", properties: {jdbc.password: \"${secret:PASSWORD}\"}}";

        assertThat(files().describe(VALID.replace("{warehouse: warehouse}", catalog)))
                .contains("not checked: table inference.labels: ")
                .doesNotContain("hidden");
        assertThat(
                        files().problems(
                                        VALID.replace(
                                                "{warehouse: warehouse}",
                                                catalog.replace(
                                                        "1/a", "1/a?password=${secret:PASSWORD}"))))
                .singleElement()
                .asString()
                .contains("Invalid catalog.uri of sink 'table': it refers to a secret");
    }

    @Test
    void aSourceNeedsATable() {
        assertThat(
                        files().problems(
                                        """
                                        name: job
                                        sources:
                                          - {name: files, type: iceberg, config: {catalog: {warehouse: warehouse}, table: a.b}}
                                        sinks:
                                          - {name: out, type: print, input: files}
                                        """))
                .containsExactly(
                        "line 3: Invalid table: 'a.b'. The catalog has none of that name.");
    }

    @Test
    void namesJarsThatAreMissing() {
        assertThat(TestingJobFiles.in(directory, new WithoutJars()).problems(VALID))
                .singleElement()
                .asString()
                .endsWith(
                        "Invalid type 'iceberg' of 'table': jars are missing. Put flink-gpu-iceberg, iceberg-flink-runtime-2.1, hadoop-client-api, hadoop-client-runtime into Flink's lib/.");
    }

    private TestingJobFiles files() {
        return TestingJobFiles.in(directory);
    }

    /** The sink where its class loader has nothing but the JDK. */
    private static final class WithoutJars implements PipelineElement {

        private final PipelineElement sink = new IcebergRowsSink();

        @Override
        public ElementKind kind() {
            return sink.kind();
        }

        @Override
        public String type() {
            return sink.type();
        }

        @Override
        public String description() {
            return sink.description();
        }

        @Override
        public List<Key<?>> keys() {
            return sink.keys();
        }

        @Override
        public PlannedElement plan(ElementContext context) {
            assertThat(IcebergJars.areThere(type(), context, ClassLoader.getPlatformClassLoader()))
                    .isFalse();
            return PlannedElement.unusable(RowSchema.NONE);
        }
    }
}
