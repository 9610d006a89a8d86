package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.model.ModelVersion;
import io.flinkgpu.inference.pool.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All versions of the models that a replica is asked for.
 *
 * @param versions by the name and version under which each is served
 */
record ReplicaModels(Map<ServedModel, ModelVersion> versions) {

    /**
     * Looks the versions up. Blocks.
     *
     * @throws ModelLoadException if a location holds no model
     */
    static ReplicaModels of(ReplicaRequest request, ModelHost host) throws ModelLoadException {
        Map<ServedModel, ModelVersion> versions = new LinkedHashMap<>();
        for (String name : request.modelNames()) {
            host.versions(request.models().get(name))
                    .values()
                    .forEach(
                            version ->
                                    versions.put(new ServedModel(name, version.name()), version));
        }
        return new ReplicaModels(versions);
    }

    /** Starts to load each on a device. */
    List<ModelCopy> load(
            ModelHost host,
            ModelDevice device,
            ReplicaRequest request,
            ReplicaServerConfig config) {
        ModelUse use =
                new ModelUse(
                        request.maxBatchSize(),
                        request.runThreads(),
                        Duration.ZERO,
                        config.maxRunTime(),
                        config.loadTimeout());
        List<ModelCopy> copies = new ArrayList<>();
        try {
            versions.forEach(
                    (model, version) ->
                            copies.add(
                                    new ModelCopy(
                                            model,
                                            version.ref().runtime(),
                                            host.acquire(version.ref(), device, use),
                                            new Admission(config.maxWaitingRows()),
                                            config.maxRunTime(),
                                            request.maxBatchSize())));
        } catch (RuntimeException failure) {
            copies.forEach(ModelCopy::close);
            throw failure;
        }
        return copies;
    }
}
