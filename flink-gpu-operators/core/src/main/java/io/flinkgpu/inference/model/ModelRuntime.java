package io.flinkgpu.inference.model;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Loads models of one format; found with {@link java.util.ServiceLoader}.
 *
 * <p>Safe for use by many threads.
 */
@PublicEvolving
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

    /**
     * What this runtime cannot do, and why: models that need it are refused when they load, or,
     * where a row decides, the rows.
     *
     * @return for each feature the reason and the way out, for people, as sentences
     */
    default Map<RuntimeFeature, String> unsupported() {
        return Map.of();
    }

    /**
     * The versions that a location holds, each as a model of its own.
     *
     * @return by version number, ascending; version 1 alone where the format knows no versions
     * @throws ModelLoadException if the location holds no model
     */
    default SortedMap<Long, ModelRef> versions(ModelRef model) throws ModelLoadException {
        return new TreeMap<>(Map.of(1L, model));
    }
}
