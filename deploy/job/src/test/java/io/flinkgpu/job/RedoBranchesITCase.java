package io.flinkgpu.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.job.element.ElementCatalog;
import io.flinkgpu.job.redo.LetterFilter;
import io.flinkgpu.job.redo.Redos;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A redo takes rows to the branches in which they failed, and past the others. */
@Timeout(120)
class RedoBranchesITCase {

    private static final String FILE =
            """
            name: branches
            parallelism: 2
            checkpoints: {interval: 1 s, directory: checkpoints}
            sources:
              - {name: rows, type: json-lines, config: {path: rows.jsonl, fields: {id: bigint, one: bytes, two: bytes, good: bytes}}}
            steps:
              - {name: left, type: decode-image, input: rows, config: {field: one, height: 8, width: 8}}
              - {name: right, type: decode-image, input: rows, config: {field: two, height: 8, width: 8}}
              - {name: behind, type: map, input: left, config: {fields: {id: id}}}
            sinks:
              - {name: raw-out, type: json-lines, input: rows, config: {path: raw}}
              - {name: left-out, type: json-lines, input: left, config: {path: left}}
              - {name: behind-out, type: json-lines, input: behind, config: {path: behind}}
              - {name: right-out, type: json-lines, input: right, config: {path: right}}
              - {name: bad, type: dead-letters, input: [left.dead-letters, right.dead-letters], config: {path: bad}}
            """;

    @TempDir private Path directory;

    @Test
    void eachRowComesOutOfEachBranchOnce() throws Exception {
        String good = image();
        String bad = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
        Files.write(
                directory.resolve("rows.jsonl"),
                List.of(
                        row(1, good, good, good),
                        row(2, bad, good, good),
                        row(3, good, bad, good),
                        row(4, bad, bad, good),
                        row(5, bad, good, good),
                        row(5, bad, good, good)));
        run(FILE, Map.of());
        assertThat(ids("left")).containsExactly(1L, 3L);
        assertThat(lines("bad")).hasSize(6);

        String mended =
                FILE.replace("field: one", "field: good").replace("field: two", "field: good");
        Redos redos = read(mended, Map.of()).redos();
        org.apache.flink.core.fs.Path claim = redos.claim(LetterFilter.ALL, false).claim();
        run(mended, Map.of(Redos.VARIABLE, claim.toString()));

        for (String sink : List.of("raw", "left", "behind", "right")) {
            assertThat(ids(sink)).as(sink).containsExactly(1L, 2L, 3L, 4L, 5L, 5L);
        }
        assertThat(redos.look(LetterFilter.ALL, false).open()).isZero();
    }

    private void run(String yaml, Map<String, String> variables) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(new Configuration());
        environment.execute(read(yaml, variables).define(environment));
    }

    private PipelineJob read(String yaml, Map<String, String> variables) throws Exception {
        Path file = Files.writeString(directory.resolve("job.yaml"), yaml);
        return PipelineJob.read(
                file,
                new JobReading(ElementCatalog.onClassPath(), variables, new TestingSignatures()));
    }

    private static String row(long id, String one, String two, String good) {
        return "{\"id\":%d,\"one\":\"%s\",\"two\":\"%s\",\"good\":\"%s\"}"
                .formatted(id, one, two, good);
    }

    private static String image() throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "png", png);
        return Base64.getEncoder().encodeToString(png.toByteArray());
    }

    private List<Long> ids(String sink) throws Exception {
        return lines(sink).stream().map(line -> line.path("id").asLong()).sorted().toList();
    }

    private List<JsonNode> lines(String sink) throws Exception {
        try (Stream<JsonNode> lines =
                JsonLines.read(
                        new org.apache.flink.core.fs.Path(directory.resolve(sink).toUri()))) {
            return lines.toList();
        }
    }
}
