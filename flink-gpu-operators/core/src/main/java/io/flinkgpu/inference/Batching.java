package io.flinkgpu.inference;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;

/**
 * When a batch is sent: with the first of the limits that it reaches.
 *
 * <p>A limit left out is taken from the job's configuration, see {@link InferenceOptions}.
 */
@PublicEvolving
public final class Batching {

    private final Configuration options = new Configuration();

    private Batching() {}

    /**
     * Batches of at most {@code rows} rows, from which they grow with {@link
     * InferenceOptions#ADAPTIVE_BATCH}.
     */
    public static Batching ofSize(int rows) {
        Batching batching = new Batching();
        batching.options.set(InferenceOptions.MAX_BATCH_SIZE, rows);
        return batching;
    }

    /** Sends a batch when its first row has waited that long. */
    public Batching maxDelay(Duration delay) {
        options.set(InferenceOptions.MAX_BATCH_DELAY, delay);
        return this;
    }

    /** Sends a batch when its encoded rows have that many bytes. */
    public Batching maxBytes(MemorySize bytes) {
        options.set(InferenceOptions.MAX_BATCH_BYTES, bytes);
        return this;
    }

    Configuration options() {
        return options;
    }
}
