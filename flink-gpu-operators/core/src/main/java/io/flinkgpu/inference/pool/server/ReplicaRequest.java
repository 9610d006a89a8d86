package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.resources.StageProfile;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * What a pool's subtask wants served.
 *
 * @param pool name of the pool
 * @param models by the name under which to serve each; a directory with numbered subdirectories is
 *     served in all these versions
 * @param maxBatchSize rows of the largest device batch, at least 1
 * @param runThreads device batches of a model that run at once, at least 1
 * @param profile share of a device that the replica needs; null or without GPU: the processor
 */
@Internal
public record ReplicaRequest(
        String pool,
        Map<String, ModelRef> models,
        int maxBatchSize,
        int runThreads,
        @Nullable StageProfile profile)
        implements Serializable {

    /** Copies the models. */
    public ReplicaRequest {
        models = Map.copyOf(models);
    }

    /** Whether the replica needs a share of a device. */
    public boolean usesGpu() {
        return profile != null && profile.usesGpu();
    }

    /** The models' names in order. */
    public List<String> modelNames() {
        return models.keySet().stream().sorted().toList();
    }
}
