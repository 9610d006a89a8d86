package io.flinkgpu.job.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.job.TestingJobFiles;
import io.flinkgpu.job.redo.Redos;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaElementsTest {

    private static final TopicLook TWO_TOPICS =
            (servers, topics, properties) -> Map.of("images", 2, "labels", 1);
    private static final String VALID =
            """
            name: job
            sources:
              - name: images
                type: kafka
                config:
                  bootstrap-servers: kafka:9092
                  topic: images
                  fields: {id: bigint, scores: array<float>}
                  key: file
                  headers: {camera: x-camera}
                  time: taken
                  position: place
                  group: labels
                  properties:
                    sasl.jaas.config: password=${secret:PASSWORD}
            sinks:
              - name: labels
                type: kafka
                input: images
                config: {bootstrap-servers: "kafka:9092", topic: labels, key: file, headers: {camera: camera}, time: taken}
              - {name: bad, type: kafka, input: images.dead-letters, config: {bootstrap-servers: "kafka:9092", topic: labels}}
            """;

    @TempDir private Path directory;

    @Test
    void planSaysRowsAndTopics() throws IOException {
        assertThat(files(TWO_TOPICS).describe(VALID))
                .contains("topic images: 2 partitions")
                .contains("topic labels: 1 partition")
                .contains(
                        "rows: id bigint, scores array<float>, file string, camera string, taken timestamp, place string")
                .doesNotContain("hidden");
    }

    @Test
    void aRedoAbortsNoTransactionsOfOtherRuns() {
        Configuration redo = new Configuration();
        redo.set(Redos.CLAIM, "s3://out/bad/_redo/20260301-120000-1a2b3c4d.jsonl");

        assertThat(KafkaTopicSink.transactionPrefix("job/labels", new Configuration()))
                .isEqualTo("job/labels");
        // Flink's sink aborts what begins with the prefix and a slash.
        assertThat(KafkaTopicSink.transactionPrefix("job/labels", redo))
                .isEqualTo("job/labels.redo-20260301-120000-1a2b3c4d")
                .doesNotStartWith("job/labels/");
    }

    @Test
    void clientsGetSecretsAndNobodyElse() throws IOException {
        TopicLook telltale =
                (servers, topics, properties) -> {
                    throw new IllegalStateException("got " + properties);
                };

        assertThat(files(telltale).describe(VALID))
                .contains("got {sasl.jaas.config=password=${secret:PASSWORD}}")
                .doesNotContain("hidden");
    }

    @Test
    void goesOnWithoutALookWhereBrokersDoNotAnswer() throws IOException {
        TopicLook silent =
                (servers, topics, properties) -> {
                    throw new TimeoutException("no answer");
                };

        assertThat(files(silent).describe(VALID))
                .contains("not checked: topics at kafka:9092: no answer");
    }

    @Test
    void namesTopicsThatDoNotExist() {
        assertThat(files((servers, topics, properties) -> Map.of("images", 1)).problems(VALID))
                .containsExactly(
                        "line 20: Invalid topic 'labels': kafka:9092 has none of that name. Create it, or name another.",
                        "line 21: Invalid topic 'labels': kafka:9092 has none of that name. Create it, or name another.");
    }

    @Test
    void tellsWhatIsWrongWithFields() {
        String wrong =
                VALID.replace("key: file, headers", "key: scores, headers")
                        .replace("{camera: camera}", "{camera: none}")
                        .replace("time: taken}", "time: id}")
                        .replace("group: labels", "start: committed");

        assertThat(files(TWO_TOPICS).problems(wrong))
                .hasSize(4)
                .anyMatch(problem -> problem.contains("It needs the key group."))
                .anyMatch(problem -> problem.contains("'scores' in key of sink 'labels'"))
                .anyMatch(problem -> problem.contains("field 'none' in headers.camera"))
                .anyMatch(problem -> problem.contains("it is bigint. Name a timestamp."));
    }

    @Test
    void oneFieldHasOneName() {
        assertThat(files(TWO_TOPICS).problems(VALID.replace("key: file\n", "key: id\n")))
                .anyMatch(problem -> problem.contains("two fields are named 'id'"));
    }

    @Test
    void aFormatHasItsOwnKeys() {
        assertThat(files(TWO_TOPICS).problems(VALID.replace("group: labels", "format: bytes")))
                .singleElement()
                .asString()
                .contains("format bytes takes none. Use the key 'value'.");
        assertThat(
                        files(TWO_TOPICS)
                                .problems(
                                        VALID.replace(
                                                "fields: {id: bigint, scores: array<float>}",
                                                "format: json")))
                .singleElement()
                .asString()
                .contains("format json needs the key 'fields'.");
    }

    private TestingJobFiles files(TopicLook look) {
        return TestingJobFiles.in(directory, new KafkaTopicsSource(look), new KafkaTopicSink(look));
    }
}
