package io.flinkgpu.connectors.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TextLinesITCase {

    private static final String TOKENIZER =
            Objects.requireNonNull(TextLinesITCase.class.getResource("/text/tokenizer.json"))
                    .toString();

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir Path input;

    @Test
    void tokenizesTheTextsOfJsonLines() throws Exception {
        Files.writeString(input.resolve("a.jsonl"), "{\"text\":\"the stream\"}\n\nno json\n");
        Files.write(
                input.resolve("b.jsonl.gz"),
                TestingLines.gzip("{\"text\":\"streams!\"}\n".repeat(500)));
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);

        DataStream<TextLine> lines =
                env.fromSource(
                                TextLines.ofJson(input.toString()).build(),
                                WatermarkStrategy.noWatermarks(),
                                "lines")
                        .rebalance(); // through the serializers
        List<String> rows =
                collect(
                        lines.filter(line -> line.failure() == null)
                                .map(line -> line.json().get("text").textValue())
                                .returns(Types.STRING)
                                .map(new TokenizeFunction(Tokenization.of(TOKENIZER, 5)))
                                .rebalance()
                                .map(tokens -> Arrays.toString(tokens.ids()))
                                .returns(Types.STRING)
                                .union(
                                        lines.filter(line -> line.failure() != null)
                                                .map(line -> "bad line " + line.number())
                                                .returns(Types.STRING)));

        assertThat(rows)
                .hasSize(502)
                .contains("[2, 4, 5, 3, 0]", "bad line 3")
                .filteredOn("[2, 5, 6, 9, 3]"::equals)
                .hasSize(500);
    }

    private static List<String> collect(DataStream<String> stream) throws Exception {
        List<String> rows = new ArrayList<>();
        try (CloseableIterator<String> results = stream.executeAndCollect()) {
            results.forEachRemaining(rows::add);
        }
        return rows;
    }
}
