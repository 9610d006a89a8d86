package io.flinkgpu.deploy.model;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.model.TensorSpec;
import java.time.Duration;
import java.util.List;
import javax.annotation.Nullable;

/** A model and its timings as one line of JSON for other programs. */
final class InspectionJson {

    private static final JsonMapper JSON = new JsonMapper();
    private static final double NANOS_OF_MILLI = 1e6;

    private InspectionJson() {}

    /**
     * The line.
     *
     * @param advice null if nothing was measured
     */
    static String of(
            InspectedModel model, List<BatchTiming> timings, @Nullable BatchAdvice advice) {
        ObjectNode root = JSON.createObjectNode();
        root.put("name", model.name());
        root.put("location", model.location());
        root.put("runtime", model.runtime());
        root.put("version", model.version());
        ArrayNode versions = root.putArray("versions");
        model.versions().forEach(versions::add);
        root.put("signature", model.signature().name());
        write(model.signature().inputs(), root.putArray("inputs"));
        write(model.signature().outputs(), root.putArray("outputs"));
        model.knownFiles()
                .ifPresent(
                        files ->
                                root.put("files", files.count())
                                        .put("bytes", files.bytes())
                                        .put("sha256", files.sha256()));
        model.loadedHere().ifPresent(loaded -> write(loaded, root));
        root.put("replicas", model.replicas());
        if (advice != null) {
            write(timings, advice, root);
        }
        return root.toString();
    }

    private static void write(InspectedModel.Loaded loaded, ObjectNode root) {
        root.put("device", loaded.device())
                .put("memoryBytes", loaded.memoryBytes())
                .put("loadMillis", loaded.time().toMillis())
                .put("platform", loaded.description().platform());
        ObjectNode properties = root.putObject("properties");
        loaded.description().properties().forEach(properties::put);
    }

    private static void write(List<TensorSpec> specs, ArrayNode tensors) {
        for (TensorSpec spec : specs) {
            ObjectNode tensor = tensors.addObject();
            tensor.put("name", spec.name());
            tensor.put("type", spec.dataType().toString());
            if (spec.shape().isRankKnown()) {
                ArrayNode shape = tensor.putArray("shape");
                for (long length : spec.shape().toArray()) {
                    shape.add(length);
                }
            }
        }
    }

    private static void write(List<BatchTiming> timings, BatchAdvice advice, ObjectNode root) {
        ArrayNode measured = root.putArray("measured");
        for (BatchTiming timing : timings) {
            measured.addObject()
                    .put("batch", timing.rows())
                    .put("runs", timing.runs())
                    .put("medianMillis", millis(timing.median()))
                    .put("p95Millis", millis(timing.p95()))
                    .put("rowsPerSecond", timing.rowsPerSecond());
        }
        root.put("suggestedBatch", advice.rows());
        root.put("suggestion", advice.reason());
    }

    private static double millis(Duration time) {
        return time.toNanos() / NANOS_OF_MILLI;
    }
}
