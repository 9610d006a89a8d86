package io.flinkgpu.deploy.model;

import io.flinkgpu.deploy.cluster.TextTable;
import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.TensorSpec;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;

/** A model and its timings as tables for a terminal. */
final class InspectionText {

    private static final double NANOS_OF_MILLI = 1e6;

    private InspectionText() {}

    static void print(InspectedModel model, PrintWriter out) {
        TextTable.print(out, List.of("MODEL", model.name()), facts(model).stream());
        out.println();
        TextTable.print(
                out,
                List.of("TENSOR", "NAME", "TYPE", "SHAPE"),
                Stream.concat(
                        model.signature().inputs().stream().map(spec -> row("input", spec)),
                        model.signature().outputs().stream().map(spec -> row("output", spec))));
    }

    static void print(List<BatchTiming> timings, BatchAdvice advice, PrintWriter out) {
        out.println();
        TextTable.print(
                out,
                List.of("BATCH", "RUNS", "MEDIAN", "P95", "ROWS/S"),
                timings.stream().map(InspectionText::row));
        out.println();
        out.println(
                advice.rows() == 0
                        ? "Suggested batch: none, " + advice.reason() + "."
                        : "Suggested batch: %d rows, %s."
                                .formatted(advice.rows(), advice.reason()));
    }

    /** A time in milliseconds, to three digits. */
    static String millis(Duration time) {
        double millis = time.toNanos() / NANOS_OF_MILLI;
        String format = millis < 1 ? "%.3f ms" : millis < 100 ? "%.1f ms" : "%.0f ms";
        return String.format(Locale.ROOT, format, millis);
    }

    private static List<List<String>> facts(InspectedModel model) {
        List<List<String>> facts = new ArrayList<>();
        facts.add(List.of("LOCATION", model.location()));
        if (!model.runtime().isEmpty()) {
            facts.add(List.of("RUNTIME", model.runtime()));
        }
        facts.add(List.of("SIGNATURE", model.signature().name()));
        facts.add(List.of("VERSION", model.version().isEmpty() ? "-" : model.version()));
        facts.add(
                List.of(
                        "VERSIONS",
                        model.versions().isEmpty() ? "-" : String.join(", ", model.versions())));
        model.knownFiles()
                .ifPresent(
                        files -> {
                            facts.add(
                                    List.of(
                                            "SIZE",
                                            "%s in %d files"
                                                    .formatted(
                                                            size(files.bytes()), files.count())));
                            facts.add(List.of("SHA-256", files.sha256()));
                        });
        model.loadedHere()
                .ifPresent(
                        loaded -> {
                            facts.add(
                                    List.of(
                                            "MEMORY",
                                            size(loaded.memoryBytes())
                                                    + " of weights on "
                                                    + loaded.device()));
                            facts.add(List.of("LOADED IN", millis(loaded.time())));
                            facts.addAll(described(loaded.description()));
                        });
        if (model.replicas() > 0) {
            facts.add(List.of("REPLICAS", model.replicas() + " ready"));
        }
        return facts;
    }

    private static List<List<String>> described(ModelDescription description) {
        List<List<String>> facts = new ArrayList<>();
        if (!description.platform().isEmpty()) {
            facts.add(List.of("PLATFORM", description.platform()));
        }
        description
                .properties()
                .forEach((name, value) -> facts.add(List.of(name.toUpperCase(Locale.ROOT), value)));
        return facts;
    }

    private static String size(long bytes) {
        return new MemorySize(bytes).toHumanReadableString();
    }

    private static List<String> row(String kind, TensorSpec spec) {
        return List.of(kind, spec.name(), spec.dataType().toString(), spec.shape().toString());
    }

    private static List<String> row(BatchTiming timing) {
        return List.of(
                Integer.toString(timing.rows()),
                Integer.toString(timing.runs()),
                millis(timing.median()),
                millis(timing.p95()),
                String.format(Locale.ROOT, "%,.0f", timing.rowsPerSecond()));
    }
}
