package io.flinkgpu.job.redo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.connectors.mark.RunMark;
import io.flinkgpu.job.row.RowJson;
import io.flinkgpu.job.row.RowSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/** The rows of a claim, in place of the sources of a job. */
@Internal
public final class ClaimedRows {

    /** All rows, wherever they failed. */
    public static final Set<Set<String>> ALL = Set.of();

    static final String SOURCE = "source";
    static final String ORIGIN = "origin";
    static final String ELEMENTS = "elements";

    private static final String NAME = "redo";

    private final Path claim;
    private final DataStream<String> lines;

    private ClaimedRows(Path claim, DataStream<String> lines) {
        this.claim = claim;
        this.lines = lines;
    }

    /**
     * Adds the source of a claim to a job.
     *
     * @param slots where it runs; null: in Flink's default ones
     */
    public static ClaimedRows of(
            Path claim, StreamExecutionEnvironment environment, @Nullable SlotSharingGroup slots) {
        FileSource<String> source =
                FileSource.forRecordStreamFormat(new TextLineInputFormat("UTF-8"), claim).build();
        SingleOutputStreamOperator<String> lines =
                environment
                        .fromSource(source, WatermarkStrategy.noWatermarks(), NAME)
                        .uid(NAME)
                        .setParallelism(1);
        if (slots != null) {
            lines.slotSharingGroup(slots);
        }
        return new ClaimedRows(claim, lines.rebalance());
    }

    /** How the run is called. */
    public String token() {
        return Redos.tokenOf(claim);
    }

    /** The mark that the run leaves. */
    public RunMark mark() {
        return Redos.mark(claim);
    }

    /**
     * The references of the rows of one source; the caller gives the operator its place.
     *
     * @param failed where: sets of elements, of those that {@link #failures} gives; {@link #ALL}
     * @param reference their fields
     */
    public SingleOutputStreamOperator<Row> of(
            String source, Set<Set<String>> failed, RowSchema reference) {
        Set<Set<String>> serializable = new HashSet<>();
        failed.forEach(elements -> serializable.add(new HashSet<>(elements)));
        return lines.flatMap(new ReadReferences(source, serializable, new RowJson(reference)))
                .returns(reference.typeInfo());
    }

    /**
     * In which elements rows of a claim have failed: each set is that of some row, in the order of
     * the claim.
     *
     * @throws UncheckedIOException if it cannot be read
     */
    public static Set<Set<String>> failures(Path claim) {
        Set<Set<String>> failures = new LinkedHashSet<>();
        try {
            ClaimFile.read(
                    claim,
                    line -> {
                        if (line.has(ORIGIN)) {
                            failures.add(elements(line));
                        }
                    });
        } catch (IOException damaged) {
            throw new UncheckedIOException(damaged);
        }
        return failures;
    }

    private static Set<String> elements(JsonNode line) {
        Set<String> elements = new HashSet<>();
        line.path(ELEMENTS).forEach(element -> elements.add(element.asText()));
        return elements;
    }

    private static final class ReadReferences implements FlatMapFunction<String, Row> {

        private static final long serialVersionUID = 1L;
        private static final ObjectMapper MAPPER = new ObjectMapper();

        private final String source;
        private final Set<Set<String>> failed;
        private final RowJson json;

        ReadReferences(String source, Set<Set<String>> failed, RowJson json) {
            this.source = source;
            this.failed = failed;
            this.json = json;
        }

        @Override
        public void flatMap(String line, Collector<Row> out) throws IOException {
            JsonNode letter = MAPPER.readTree(line);
            boolean isIn = failed.isEmpty() || failed.contains(elements(letter));
            if (isIn && letter.path(SOURCE).asText().equals(source)) {
                out.collect(json.read(letter.path(ORIGIN)));
            }
        }
    }
}
