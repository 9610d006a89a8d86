package io.flinkgpu.benchmarks.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * What became of the rows of a chaos run.
 *
 * @param hardware on what it ran, for people
 * @param model what ran on the devices
 * @param edges where rows came from and results went
 * @param rowsIn rows that the sources made, in all modes together
 * @param results rows with a result
 * @param deadLetters rows with a dead letter
 * @param lost rows with neither
 * @param duplicated rows with more than one
 * @param wrong rows with a wrong result
 * @param goodRowsWithoutResult dead letters of rows that are not poison
 * @param restarts of the pipelines
 * @param modes the same for each mode
 * @param events what happened, in order
 */
@Internal
public record ChaosReport(
        long seed,
        double minutes,
        String hardware,
        String model,
        String edges,
        long rowsIn,
        long results,
        long deadLetters,
        long lost,
        long duplicated,
        long wrong,
        long goodRowsWithoutResult,
        int restarts,
        List<Mode> modes,
        List<ChaosEvent> events) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** One mode of the run. */
    public record Mode(
            String mode,
            long rowsIn,
            long results,
            long deadLetters,
            long lost,
            long duplicated,
            long wrong,
            long goodRowsWithoutResult,
            int restarts,
            int disruptions) {}

    /** Adds the modes up. */
    static ChaosReport of(
            long seed,
            double minutes,
            String model,
            String edges,
            List<Mode> modes,
            List<ChaosEvent> events) {
        return new ChaosReport(
                seed,
                minutes,
                "local clusters of processes, simulated devices (no GPU)",
                model,
                edges,
                modes.stream().mapToLong(Mode::rowsIn).sum(),
                modes.stream().mapToLong(Mode::results).sum(),
                modes.stream().mapToLong(Mode::deadLetters).sum(),
                modes.stream().mapToLong(Mode::lost).sum(),
                modes.stream().mapToLong(Mode::duplicated).sum(),
                modes.stream().mapToLong(Mode::wrong).sum(),
                modes.stream().mapToLong(Mode::goodRowsWithoutResult).sum(),
                modes.stream().mapToInt(Mode::restarts).sum(),
                List.copyOf(modes),
                List.copyOf(events));
    }

    /** Whether every row came out once, and every good one with its result. */
    public boolean holds() {
        return lost == 0 && duplicated == 0 && wrong == 0 && goodRowsWithoutResult == 0;
    }

    void writeTo(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        Files.createDirectories(directory);
        JSON.writeValue(file.toFile(), this);
    }
}
