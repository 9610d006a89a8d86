package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.pool.protocol.grpc.DataType;
import io.flinkgpu.inference.pool.protocol.grpc.InferBatchStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.InferStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfig;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatisticsResponse;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryIndexResponse;
import io.flinkgpu.inference.pool.protocol.grpc.StatisticDuration;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/** The answers of the protocol's extensions over HTTP, in JSON. */
@Internal
public final class JsonReports {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonReports() {}

    /** The configuration of a model. */
    public static byte[] of(ModelConfig config) {
        ObjectNode node = NODES.objectNode();
        node.put("name", config.getName())
                .put("platform", config.getPlatform())
                .put("backend", config.getBackend())
                .put("max_batch_size", config.getMaxBatchSize());
        ArrayNode inputs = node.putArray("input");
        config.getInputList()
                .forEach(
                        input ->
                                addTensor(
                                        inputs,
                                        input.getName(),
                                        input.getDataType(),
                                        input.getDimsList()));
        ArrayNode outputs = node.putArray("output");
        config.getOutputList()
                .forEach(
                        output ->
                                addTensor(
                                        outputs,
                                        output.getName(),
                                        output.getDataType(),
                                        output.getDimsList()));
        if (config.getParametersCount() > 0) {
            ObjectNode parameters = node.putObject("parameters");
            new TreeMap<>(config.getParametersMap())
                    .forEach(
                            (name, value) ->
                                    parameters
                                            .putObject(name)
                                            .put("string_value", value.getStringValue()));
        }
        if (config.hasDynamicBatching()) {
            node.putObject("dynamic_batching");
        }
        return JsonMetadata.bytes(node);
    }

    /** The statistics of models. */
    public static byte[] of(ModelStatisticsResponse statistics) {
        ObjectNode node = NODES.objectNode();
        ArrayNode models = node.putArray("model_stats");
        statistics.getModelStatsList().forEach(model -> addModel(models.addObject(), model));
        return JsonMetadata.bytes(node);
    }

    /** The index of models. */
    public static byte[] of(RepositoryIndexResponse index) {
        ArrayNode nodes = NODES.arrayNode();
        index.getModelsList()
                .forEach(
                        model ->
                                nodes.addObject()
                                        .put("name", model.getName())
                                        .put("version", model.getVersion())
                                        .put("state", model.getState())
                                        .put("reason", model.getReason()));
        return JsonMetadata.bytes(nodes);
    }

    /**
     * Whether a request for the index asks for models that are ready alone.
     *
     * @param request an object, or nothing
     * @throws MalformedMessageException if it is neither
     */
    public static boolean wantsReady(byte[] request) throws MalformedMessageException {
        try {
            return JSON.readTree(request).path("ready").asBoolean();
        } catch (IOException noJson) {
            throw new MalformedMessageException(
                    "Cannot read request: it is not JSON (%s).".formatted(noJson.getMessage()),
                    noJson);
        }
    }

    private static void addTensor(
            ArrayNode tensors, String name, DataType type, List<Long> lengths) {
        ArrayNode dims =
                tensors.addObject()
                        .put("name", name)
                        .put("data_type", type.name())
                        .putArray("dims");
        lengths.forEach(dims::add);
    }

    private static void addModel(ObjectNode node, ModelStatistics model) {
        node.put("name", model.getName())
                .put("version", model.getVersion())
                .put("last_inference", model.getLastInference())
                .put("inference_count", model.getInferenceCount())
                .put("execution_count", model.getExecutionCount());
        InferStatistics all = model.getInferenceStats();
        ObjectNode stats = node.putObject("inference_stats");
        put(stats, "success", all.getSuccess());
        put(stats, "fail", all.getFail());
        put(stats, "queue", all.getQueue());
        put(stats, "compute_input", all.getComputeInput());
        put(stats, "compute_infer", all.getComputeInfer());
        put(stats, "compute_output", all.getComputeOutput());
        put(stats, "cache_hit", all.getCacheHit());
        ArrayNode batches = node.putArray("batch_stats");
        for (InferBatchStatistics batch : model.getBatchStatsList()) {
            ObjectNode size = batches.addObject().put("batch_size", batch.getBatchSize());
            put(size, "compute_input", batch.getComputeInput());
            put(size, "compute_infer", batch.getComputeInfer());
            put(size, "compute_output", batch.getComputeOutput());
        }
    }

    private static void put(ObjectNode node, String name, StatisticDuration duration) {
        node.putObject(name).put("count", duration.getCount()).put("ns", duration.getNs());
    }
}
