package io.flinkgpu.inference.model;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
     * The files by which a directory is known to hold a model of this format: one of them lies in
     * it, such as {@code saved_model.pb}.
     *
     * <p>Then locations may be files, directories and directories of numbered versions, anywhere:
     * the host finds the version, fetches what is not local, and gives {@link #load} the path of
     * the version's file or directory.
     *
     * @return names; empty where locations name no files, and are the runtime's own affair
     */
    default Set<String> modelFiles(ModelRef model) {
        return Set.of();
    }

    /**
     * The local file of a model whose location is this runtime's own affair, such as the one that
     * holds its code.
     *
     * <p>Then the host loads the model anew where that file has changed, and checks its checksum.
     *
     * @return its path, whether it exists or not; empty where the model has no single file
     * @throws ModelLoadException if the reference is invalid; the message names model and cause
     */
    default Optional<Path> codeFile(ModelRef model) throws ModelLoadException {
        return Optional.empty();
    }
}
