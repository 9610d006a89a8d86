package io.flinkgpu.inference.model;

import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * What a client learns when its model is ready.
 *
 * @param loadTime how long loading and warming up took; the same for all who share the model
 * @param memoryBytes memory of the model's weights on its device, as far as is known
 */
@Internal
public record ModelReadiness(
        ModelSignature signature,
        Duration loadTime,
        long memoryBytes,
        ModelDescription description) {

    /** The readiness of a model of which nothing else is known. */
    public ModelReadiness(ModelSignature signature, Duration loadTime, long memoryBytes) {
        this(signature, loadTime, memoryBytes, ModelDescription.none());
    }
}
