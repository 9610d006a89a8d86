package io.flinkgpu.benchmarks.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.flinkgpu.connectors.deadletter.DeadLetterFiles;
import io.flinkgpu.connectors.file.JsonLines;
import io.flinkgpu.inference.DeadLetter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Rows that the job makes itself, and JSON lines in the run's directory.
 *
 * <p>The source makes the same rows again after a restore. Its rate limit lets up to a second's
 * worth of rows through at once after a pause.
 */
record FileEdges() implements LoadEdges {

    private static final long serialVersionUID = 1;

    @Override
    public DataStream<LoadRow> rows(
            StreamExecutionEnvironment environment, LoadSpec spec, SlotSharingGroup cpu) {
        int width = spec.width();
        GeneratorFunction<Long, LoadRow> rows = id -> LoadRow.of(id, width);
        RateLimiterStrategy<?> rate =
                spec.rowsPerSecond() == 0
                        ? RateLimiterStrategy.noOp()
                        : RateLimiterStrategy.perSecond(spec.rowsPerSecond());
        return environment
                .fromSource(
                        new DataGeneratorSource<>(rows, spec.rows(), rate, LoadRow.TYPE),
                        WatermarkStrategy.noWatermarks(),
                        LoadPipeline.SOURCE)
                .uid(LoadPipeline.SOURCE)
                .slotSharingGroup(cpu);
    }

    @Override
    public Sink<LoadAnswer> results(LoadSpec spec) {
        return JsonLines.sink(path(spec.results()), LoadAnswer::writeTo);
    }

    @Override
    public Sink<DeadLetter<LoadRow>> deadLetters(LoadSpec spec) {
        return DeadLetterFiles.sink(
                path(spec.deadLetters()), (row, line) -> line.number("id", row.id()));
    }

    @Override
    public Stream<LoadAnswer> readResults(LoadSpec spec) throws IOException {
        return lines(spec.results()).map(LoadAnswer::read);
    }

    @Override
    public Stream<LoadDeadLetter> readDeadLetters(LoadSpec spec) throws IOException {
        return lines(spec.deadLetters()).map(LoadDeadLetter::read);
    }

    /** A sink without rows leaves no directory behind. */
    private static Stream<JsonNode> lines(java.nio.file.Path directory) throws IOException {
        return Files.isDirectory(directory) ? JsonLines.read(path(directory)) : Stream.empty();
    }

    private static Path path(java.nio.file.Path path) {
        return new Path(path.toUri());
    }
}
