package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.grpc.DataType;
import io.flinkgpu.inference.pool.protocol.grpc.InferBatchStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.InferStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.ModelConfig;
import io.flinkgpu.inference.pool.protocol.grpc.ModelDynamicBatching;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInput;
import io.flinkgpu.inference.pool.protocol.grpc.ModelOutput;
import io.flinkgpu.inference.pool.protocol.grpc.ModelParameter;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatistics;
import io.flinkgpu.inference.pool.protocol.grpc.ModelStatisticsResponse;
import io.flinkgpu.inference.pool.protocol.grpc.RepositoryIndexResponse;
import io.flinkgpu.inference.pool.protocol.grpc.StatisticDuration;
import io.flinkgpu.inference.tensor.Shape;
import io.grpc.Status;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The extensions of common servers, over gRPC and HTTP alike: the configuration of a model, its
 * statistics, and the index of models.
 */
final class ModelReports {

    private final ModelCatalog catalog;

    ModelReports(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * The configuration of a model.
     *
     * <p>Its shapes are without the batch axis where every tensor has an open one, as is custom.
     *
     * @throws io.grpc.StatusRuntimeException {@code NOT_FOUND}, or {@code UNAVAILABLE} while it
     *     loads
     */
    ModelConfig config(ServedModel model) {
        ModelCopy copy = InferenceEndpoint.loaded(catalog.find(model), model);
        ModelSignature signature = copy.signature().orElseThrow();
        boolean batched =
                Stream.concat(signature.inputs().stream(), signature.outputs().stream())
                        .allMatch(ModelReports::hasOpenBatch);
        ModelConfig.Builder config =
                ModelConfig.newBuilder()
                        .setName(model.name())
                        .setPlatform(copy.platform())
                        .setBackend(copy.runtime())
                        .setMaxBatchSize(batched ? copy.maxBatchSize() : 0);
        copy.properties()
                .forEach(
                        (name, value) ->
                                config.putParameters(
                                        name,
                                        ModelParameter.newBuilder().setStringValue(value).build()));
        if (batched) {
            config.setDynamicBatching(ModelDynamicBatching.getDefaultInstance());
        }
        for (TensorSpec input : signature.inputs()) {
            config.addInput(
                    ModelInput.newBuilder()
                            .setName(input.name())
                            .setDataType(type(input))
                            .addAllDims(dims(input, batched)));
        }
        for (TensorSpec output : signature.outputs()) {
            config.addOutput(
                    ModelOutput.newBuilder()
                            .setName(output.name())
                            .setDataType(type(output))
                            .addAllDims(dims(output, batched)));
        }
        return config.build();
    }

    /**
     * The statistics of a version, of all versions of a model, or of all models.
     *
     * @param name blank: all models
     * @param version empty: all versions
     * @throws io.grpc.StatusRuntimeException {@code NOT_FOUND} if it is not served
     */
    ModelStatisticsResponse statistics(String name, String version) {
        if (!name.isBlank() && !serves(name, version)) {
            throw catalog.notFound(new ServedModel(name, version));
        }
        ModelStatisticsResponse.Builder all = ModelStatisticsResponse.newBuilder();
        catalog.all()
                .forEach(
                        (model, copies) -> {
                            boolean wanted =
                                    name.isBlank() || model.answers(new ServedModel(name, version));
                            if (wanted) {
                                all.addModelStats(statistics(model, copies));
                            }
                        });
        return all.build();
    }

    /** What is served, and in what state. */
    RepositoryIndexResponse index(boolean readyOnly) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        catalog.all()
                .forEach(
                        (model, copies) -> {
                            boolean ready = copies.stream().anyMatch(ModelCopy::isReady);
                            if (ready || !readyOnly) {
                                index.addModelsBuilder()
                                        .setName(model.name())
                                        .setVersion(model.version())
                                        .setState(ready ? "READY" : state(copies))
                                        .setReason(ready ? "" : InferenceEndpoint.reason(copies));
                            }
                        });
        return index.build();
    }

    /**
     * Loads a model, which means nothing where it is served.
     *
     * @throws io.grpc.StatusRuntimeException {@code UNIMPLEMENTED} where it is not
     */
    void load(String name) {
        if (name.isBlank() || !serves(name, ServedModel.LATEST)) {
            throw fixed("load", name);
        }
    }

    /** Why a model is not unloaded. */
    RuntimeException unloadRefused(String name) {
        return fixed("unload", name);
    }

    private boolean serves(String name, String version) {
        return catalog.look(new ServedModel(name, version)).isPresent();
    }

    private static RuntimeException fixed(String verb, String name) {
        return Status.UNIMPLEMENTED
                .withDescription(
                        "Cannot %s model '%s': a pool serves the models that it was started with. Start it with others."
                                .formatted(verb, name))
                .asRuntimeException();
    }

    private static String state(List<ModelCopy> copies) {
        return copies.stream().noneMatch(ModelCopy::isServing)
                        && !copies.stream().allMatch(ModelCopy::isDraining)
                ? "LOADING"
                : "UNAVAILABLE";
    }

    private static boolean hasOpenBatch(TensorSpec tensor) {
        return tensor.shape().isRankKnown()
                && tensor.shape().rank() > 0
                && tensor.shape().length(0) == Shape.UNKNOWN;
    }

    private static List<Long> dims(TensorSpec tensor, boolean withoutBatch) {
        if (!tensor.shape().isRankKnown()) {
            return List.of();
        }
        Shape shape = withoutBatch ? tensor.shape().withoutLeadingAxis() : tensor.shape();
        return Arrays.stream(shape.toArray()).boxed().toList();
    }

    private static DataType type(TensorSpec tensor) {
        return tensor.dataType() == io.flinkgpu.inference.tensor.DataType.BYTES
                ? DataType.TYPE_STRING
                : DataType.valueOf("TYPE_" + tensor.dataType().protocolName());
    }

    private static ModelStatistics statistics(ServedModel model, List<ModelCopy> copies) {
        CopyStatistics.Snapshot all =
                copies.stream()
                        .map(copy -> copy.statistics().snapshot())
                        .reduce(CopyStatistics.Snapshot.NONE, CopyStatistics.Snapshot::plus);
        ModelStatistics.Builder statistics =
                ModelStatistics.newBuilder()
                        .setName(model.name())
                        .setVersion(model.version())
                        .setLastInference(all.lastMillis())
                        .setInferenceCount(all.rows())
                        .setExecutionCount(all.allRuns().count())
                        .setInferenceStats(
                                InferStatistics.newBuilder()
                                        .setSuccess(duration(all.success()))
                                        .setFail(duration(all.fail()))
                                        .setQueue(duration(all.queue()))
                                        .setComputeInfer(duration(all.allRuns()))
                                        .setCacheHit(duration(all.cacheHit())));
        for (Map.Entry<Integer, CopyStatistics.Total> runs : all.runs().entrySet()) {
            statistics.addBatchStats(
                    InferBatchStatistics.newBuilder()
                            .setBatchSize(runs.getKey())
                            .setComputeInfer(duration(runs.getValue())));
        }
        return statistics.build();
    }

    private static StatisticDuration duration(CopyStatistics.Total total) {
        return StatisticDuration.newBuilder().setCount(total.count()).setNs(total.nanos()).build();
    }
}
