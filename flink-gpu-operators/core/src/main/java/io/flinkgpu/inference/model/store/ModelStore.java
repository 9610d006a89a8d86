package io.flinkgpu.inference.model.store;

import java.io.IOException;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Finds the files of models wherever they lie, and gives them as local ones.
 *
 * <pre>{@code
 * for (String version : store.versions("s3://models/digits", Set.of("saved_model.pb")).values()) {
 *     try (OpenModel open = store.open(version, null)) {
 *         load(open.path());
 *     }
 * }
 * }</pre>
 *
 * <p>A location is a path of this machine, or a URI of one of Flink's file systems. Every method
 * but {@link #use} reads file systems and may block; the message of an {@link IOException} is a
 * reason, to be told together with the model's name. Safe for use by many threads.
 */
@Internal
public final class ModelStore {

    private static final Pattern VERSION = Pattern.compile("[0-9]{1,18}");
    private static final long ONLY_VERSION = 1;

    private final LocalFingerprints fingerprints = new LocalFingerprints();
    private volatile ModelCacheConfig config;

    /** A store that keeps copies as told. */
    public ModelStore(ModelCacheConfig config) {
        this.config = config;
    }

    /** Keeps copies elsewhere from here on; those in use stay where they are. */
    public void use(ModelCacheConfig newConfig) {
        config = newConfig;
    }

    /**
     * The versions of a model, each as a location of its own.
     *
     * <p>A file, and a directory that holds one of {@code modelFiles}, is one version: the number
     * that it is named by, or else 1. Any other directory has a version in each subdirectory that
     * is named by a number and holds one of those files.
     *
     * @return by number; empty where there is no model
     */
    public SortedMap<Long, String> versions(String location, Collection<String> modelFiles)
            throws IOException {
        ModelLocation here = ModelLocation.parse(location);
        SortedMap<Long, String> versions = new TreeMap<>();
        if (holdsOne(here, modelFiles) || here.isFile()) {
            String name = here.name();
            boolean named = VERSION.matcher(name).matches();
            versions.put(named ? Long.parseLong(name) : ONLY_VERSION, location);
            return versions;
        }
        for (ModelLocation.Child child : here.children()) {
            if (child.isDirectory() && VERSION.matcher(child.name()).matches()) {
                ModelLocation version = here.child(child.name());
                if (holdsOne(version, modelFiles)) {
                    versions.putIfAbsent(Long.parseLong(child.name()), version.toString());
                }
            }
        }
        return versions;
    }

    private static boolean holdsOne(ModelLocation location, Collection<String> modelFiles)
            throws IOException {
        return location.children().stream()
                .anyMatch(child -> !child.isDirectory() && modelFiles.contains(child.name()));
    }

    /** Whether a location is a path of this machine, or a URI of one. */
    public boolean isLocal(String location) throws IOException {
        return ModelLocation.parse(location).isLocal();
    }

    /**
     * What tells the files at a location from others that were or will be there.
     *
     * <p>Local files that were touched and not changed keep their fingerprint as long as this store
     * remembers them.
     */
    public String fingerprint(String location) throws IOException {
        ModelLocation here = ModelLocation.parse(location);
        ModelFiles files = here.files();
        return here.isLocal() ? fingerprints.of(here.localPath(), files) : files.fingerprint();
    }

    /**
     * Opens a model: local files where they are, others as this machine's copy, which is fetched if
     * there is none.
     *
     * @param sha256 the checksum that the model has to have; null: any
     * @throws IOException with the reason, if there is no model, or not the one asked for
     */
    public OpenModel open(String location, @Nullable String sha256) throws IOException {
        ModelLocation here = ModelLocation.parse(location);
        ModelFiles files = here.files();
        if (files.files().isEmpty()) {
            throw new IOException("there is no such file or directory");
        }
        if (!here.isLocal()) {
            ModelCache.Copy copy = new ModelCache(config).fetch(here, files, sha256);
            return new OpenModel(
                    location,
                    copy.files(),
                    files,
                    CompletableFuture.completedFuture(copy.manifest().sha256()),
                    copy::close);
        }
        OpenModel open =
                new OpenModel(
                        location,
                        here.localPath(),
                        files,
                        fingerprints.sha256Of(here.localPath(), files),
                        () -> {});
        String sum = sha256 == null ? null : open.sha256();
        if (sum != null && !sum.equals(sha256)) {
            throw ModelCache.wrongSum(sum, sha256);
        }
        return open;
    }
}
