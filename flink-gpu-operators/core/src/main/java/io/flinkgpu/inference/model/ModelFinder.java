package io.flinkgpu.inference.model;

import io.flinkgpu.inference.model.store.ModelStore;
import io.flinkgpu.inference.process.Causes;
import io.flinkgpu.inference.process.DaemonThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the versions of models at their locations. Safe for use by many threads.
 *
 * <p>A local location that holds no model is left to the runtime, which says best what it misses.
 */
final class ModelFinder {

    private static final long ONLY_VERSION = 1;

    /** As many threads as there are models whose file systems are being asked. */
    private static final Executor LOOKS =
            Executors.newCachedThreadPool(DaemonThreads.numbered("model-finder"));

    private final ModelRuntimes runtimes;
    private final ModelStore store;

    ModelFinder(ModelRuntimes runtimes, ModelStore store) {
        this.runtimes = runtimes;
        this.store = store;
    }

    /**
     * The version that a reference asks for, or the latest; returns at once.
     *
     * <p>Completed already where the runtime reads no files; fails with {@link ModelLoadException}.
     *
     * @param timeout for the file system to answer
     * @throws IllegalArgumentException if no runtime has the name that is asked for
     */
    CompletableFuture<ModelVersion> find(ModelRef asked, Duration timeout) {
        try {
            if (!readsFiles(asked)) {
                return CompletableFuture.completedFuture(only(asked, Optional.empty()));
            }
        } catch (ModelLoadException invalid) {
            return CompletableFuture.failedFuture(invalid);
        }
        return CompletableFuture.supplyAsync(() -> latest(asked), LOOKS)
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(
                        failure ->
                                CompletableFuture.failedFuture(
                                        loadFailure(asked, Causes.unwrapped(failure), timeout)));
    }

    private boolean readsFiles(ModelRef asked) throws ModelLoadException {
        ModelRuntime runtime = runtimes.of(asked);
        return !runtime.modelFiles(asked).isEmpty() || runtime.codeFile(asked).isPresent();
    }

    private ModelVersion latest(ModelRef asked) {
        try {
            Set<String> modelFiles = runtimes.of(asked).modelFiles(asked);
            if (modelFiles.isEmpty()) {
                return only(asked, runtimes.of(asked).codeFile(asked));
            }
            SortedMap<Long, String> locations = locations(asked, modelFiles);
            return version(asked, locations.lastKey(), locations);
        } catch (ModelLoadException failure) {
            throw new CompletionException(failure);
        }
    }

    private static ModelLoadException loadFailure(
            ModelRef asked, Throwable failure, Duration timeout) {
        if (failure instanceof ModelLoadException already) {
            return already;
        }
        String reason =
                failure instanceof TimeoutException
                        ? "its location has not answered within " + timeout
                        : failure.toString();
        return new ModelLoadException(
                "Cannot load model '%s': %s.".formatted(asked.location(), reason), failure);
    }

    /**
     * All versions that a reference asks for, by number. Blocks.
     *
     * @throws ModelLoadException if its location cannot be read, or has not the version asked for
     */
    SortedMap<Long, ModelVersion> versions(ModelRef asked) throws ModelLoadException {
        SortedMap<Long, ModelVersion> versions = new TreeMap<>();
        Set<String> modelFiles = runtimes.of(asked).modelFiles(asked);
        if (modelFiles.isEmpty()) {
            ModelVersion only = only(asked, runtimes.of(asked).codeFile(asked));
            versions.put(only.number(), only);
            return versions;
        }
        SortedMap<Long, String> locations = locations(asked, modelFiles);
        for (long number : locations.keySet()) {
            versions.put(number, version(asked, number, locations));
        }
        return versions;
    }

    private SortedMap<Long, String> locations(ModelRef asked, Set<String> modelFiles)
            throws ModelLoadException {
        try {
            SortedMap<Long, String> all = store.versions(asked.location(), modelFiles);
            if (all.isEmpty() && store.isLocal(asked.location())) {
                all.put(ONLY_VERSION, asked.location());
            }
            if (all.isEmpty()) {
                throw new IOException(
                        "it holds neither one of %s nor numbered versions"
                                .formatted(new TreeSet<>(modelFiles)));
            }
            return wanted(asked, all);
        } catch (IOException failure) {
            throw unreadable(asked, failure);
        }
    }

    private static SortedMap<Long, String> wanted(ModelRef asked, SortedMap<Long, String> all)
            throws IOException {
        if (asked.version().isEmpty()) {
            return all;
        }
        if (asked.version().equals(ModelRef.LATEST)) {
            return all.tailMap(all.lastKey());
        }
        long number = Long.parseLong(asked.version());
        String location = all.get(number);
        if (location == null) {
            throw new IOException("it has no version %d but %s".formatted(number, all.keySet()));
        }
        return new TreeMap<>(Map.of(number, location));
    }

    private ModelVersion version(ModelRef asked, long number, SortedMap<Long, String> locations)
            throws ModelLoadException {
        String location = locations.get(number);
        return new ModelVersion(number, at(asked, location), fingerprint(asked, number, location));
    }

    /** A model whose location is its runtime's affair, and which is read from a file at most. */
    private ModelVersion only(ModelRef asked, Optional<Path> file) throws ModelLoadException {
        long number = Long.parseLong(ModelVersion.nameOf(asked));
        String fingerprint =
                file.isEmpty() ? "" : fingerprint(asked, number, file.get().toString());
        return new ModelVersion(number, asked, fingerprint);
    }

    private String fingerprint(ModelRef asked, long number, String location)
            throws ModelLoadException {
        try {
            // Two versions are two models, be their files alike.
            return number + ":" + store.fingerprint(location);
        } catch (IOException failure) {
            throw unreadable(asked, failure);
        }
    }

    /** The model of one version, whose number is settled. */
    private static ModelRef at(ModelRef model, String location) {
        Map<String, String> options = new TreeMap<>(model.options());
        options.remove(ModelRef.VERSION);
        return new ModelRef(model.runtime(), location, model.signature(), options);
    }

    static ModelLoadException unreadable(ModelRef model, IOException failure) {
        return new ModelLoadException(
                "Cannot load model '%s': %s.".formatted(model.location(), failure.getMessage()),
                failure);
    }
}
