package io.flinkgpu.inference.model;

/**
 * Loads models of one format; found with {@link java.util.ServiceLoader}.
 *
 * <p>Safe for use by many threads.
 */
public interface ModelRuntime {

    /** The name that a {@link ModelRef#runtime()} chooses this runtime by. */
    String name();

    /**
     * Loads a model onto a device; blocks until it can run.
     *
     * @throws ModelLoadException if the model is missing, unreadable, has no such signature or does
     *     not fit the device; the message names model and cause
     */
    LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException;
}
