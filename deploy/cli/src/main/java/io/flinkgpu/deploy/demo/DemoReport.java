package io.flinkgpu.deploy.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.deploy.observe.CheckpointTimes;
import io.flinkgpu.deploy.observe.StagePlacement;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.annotation.Nullable;

/**
 * What a finished run did.
 *
 * @param mode where the model ran, such as {@code fused}
 * @param accelerator {@code simulated}, the device's name, or {@code cpu}
 * @param rowsIn files read, counted behind the source
 * @param rows what the finished files hold
 * @param seconds from the job's start to its end, loading of the model included
 * @param meanBatchSize rows that the operator sent to the model at once, 0 if none
 * @param restarts of the job after a failure
 * @param pool what the pool did; null in mode fused
 */
record DemoReport(
        String mode,
        String accelerator,
        long rowsIn,
        CommittedRows rows,
        double seconds,
        double meanBatchSize,
        CheckpointTimes checkpoints,
        int restarts,
        List<StagePlacement> placement,
        @Nullable PoolReport pool) {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    double rowsPerSecond() {
        return seconds == 0 ? 0 : rowsIn / seconds;
    }

    /** The report as JSON; {@code accuracy} is left out where labels are not known. */
    ObjectNode toJson() {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("mode", mode);
        json.put("accelerator", accelerator);
        json.put("rowsIn", rowsIn);
        json.put("rowsOut", rows.rowsOut());
        json.put("deadLetters", rows.deadLetters());
        rows.accuracy().ifPresent(accuracy -> json.put("accuracy", accuracy));
        json.put("seconds", seconds);
        json.put("rowsPerSecond", rowsPerSecond());
        json.put("meanBatchSize", meanBatchSize);
        json.putObject("checkpoints")
                .put("completed", checkpoints.completed())
                .put("p50Millis", checkpoints.p50Millis())
                .put("p99Millis", checkpoints.p99Millis())
                .put("maxMillis", checkpoints.maxMillis());
        json.put("restarts", restarts);
        ArrayNode places = json.putArray("placement");
        for (StagePlacement place : placement) {
            ObjectNode managers =
                    places.addObject().put("vertex", place.vertex()).putObject("taskManagers");
            place.taskManagers().forEach(managers::put);
        }
        if (pool != null) {
            pool.addTo(json);
        }
        return json;
    }

    /** Writes the JSON, and the directories above it. */
    void write(Path file) throws IOException {
        Path absolute = file.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        Files.writeString(
                absolute,
                MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(toJson()) + "\n");
    }

    /** Prints the report for a person. */
    void print(PrintWriter out) {
        line(out, "Mode %s, accelerator %s.", mode, accelerator);
        line(
                out,
                "Rows: %,d in, %,d classified, %,d dead letters%s.",
                rowsIn,
                rows.rowsOut(),
                rows.deadLetters(),
                rows.deadLetterExample().map(cause -> " (such as: " + cause + ")").orElse(""));
        rows.accuracy().ifPresent(accuracy -> line(out, "Accuracy: %.2f %%.", 100 * accuracy));
        line(
                out,
                "Time: %.1f s, %,.0f rows/s, mean batch %.1f rows.",
                seconds,
                rowsPerSecond(),
                meanBatchSize);
        line(
                out,
                "Checkpoints: %d completed, p50 %d ms, p99 %d ms, max %d ms; %d restarts.",
                checkpoints.completed(),
                checkpoints.p50Millis(),
                checkpoints.p99Millis(),
                checkpoints.maxMillis(),
                restarts);
        line(out, "Placement:");
        placement.forEach(place -> line(out, "  %s: %s", place.vertex(), place.taskManagers()));
        if (pool != null) {
            printPool(out);
        }
        out.flush();
    }

    private void printPool(PrintWriter out) {
        line(out, "Replicas:");
        pool.replicas()
                .forEach(
                        replica ->
                                line(
                                        out,
                                        "  %s (%s): %,d rows",
                                        replica.address(),
                                        replica.device(),
                                        replica.rowsServed()));
        pool.kill()
                .ifPresent(
                        kill ->
                                line(
                                        out,
                                        "Killed: %s after %,d rows.",
                                        kill.taskManager(),
                                        kill.rowsDone()));
    }

    private static void line(PrintWriter out, String pattern, Object... values) {
        out.println(String.format(Locale.ROOT, pattern, values));
    }
}
