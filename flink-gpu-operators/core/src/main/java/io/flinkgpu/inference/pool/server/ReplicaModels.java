package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.pool.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * All versions of the models that a replica is asked for.
 *
 * @param refs by the name and version under which each is served
 */
record ReplicaModels(Map<ServedModel, ModelRef> refs) {

    /**
     * Looks the versions up.
     *
     * @throws ModelLoadException if a location holds no model
     */
    static ReplicaModels of(ReplicaRequest request, ModelHost host) throws ModelLoadException {
        Map<ServedModel, ModelRef> refs = new LinkedHashMap<>();
        for (String name : request.modelNames()) {
            ModelRef asked = request.models().get(name);
            SortedMap<Long, ModelRef> versions = host.versions(asked);
            versions.forEach(
                    (number, ref) ->
                            refs.put(new ServedModel(name, version(number, ref, asked)), ref));
        }
        return new ReplicaModels(refs);
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
            refs.forEach(
                    (model, ref) ->
                            copies.add(
                                    new ModelCopy(
                                            model,
                                            ref.runtime(),
                                            host.acquire(ref, device, use),
                                            new Admission(config.maxWaitingRows()),
                                            config.maxRunTime(),
                                            request.maxBatchSize())));
        } catch (RuntimeException failure) {
            copies.forEach(ModelCopy::close);
            throw failure;
        }
        return copies;
    }

    /** A location that is itself a version, such as {@code digits/3}, is served as that one. */
    private static String version(long number, ModelRef ref, ModelRef asked) {
        boolean itself = ref.equals(asked) && !asked.servedVersion().isEmpty();
        return String.valueOf(itself ? Long.parseLong(asked.servedVersion()) : number);
    }
}
