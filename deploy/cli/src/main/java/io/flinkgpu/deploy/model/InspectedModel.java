package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelDescription;
import io.flinkgpu.inference.model.ModelSignature;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * What there is to know of a model before it runs.
 *
 * @param location as it was asked for, or the pool's address
 * @param runtime name of the runtime; empty where a pool does not say
 * @param version that answers
 * @param versions that there are, in ascending order
 * @param files of the version; null where a pool has them
 * @param loaded how the version was loaded; null where a pool has done that
 * @param replicas that serve it; 0 where it is loaded here
 */
record InspectedModel(
        String name,
        String location,
        String runtime,
        String version,
        List<String> versions,
        ModelSignature signature,
        @Nullable Files files,
        @Nullable Loaded loaded,
        int replicas) {

    /** Copies the list. */
    InspectedModel {
        versions = List.copyOf(versions);
    }

    /** The files of a version, all together. */
    record Files(int count, long bytes, String sha256) {}

    /**
     * How a version was loaded.
     *
     * @param device it is on
     * @param memoryBytes of its weights there, as far as is known
     * @param time that loading and warming up took
     * @param description what its files say of it
     */
    record Loaded(String device, long memoryBytes, Duration time, ModelDescription description) {}

    Optional<Files> knownFiles() {
        return Optional.ofNullable(files);
    }

    Optional<Loaded> loadedHere() {
        return Optional.ofNullable(loaded);
    }
}
