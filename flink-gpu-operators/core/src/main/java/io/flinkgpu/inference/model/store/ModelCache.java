package io.flinkgpu.inference.model.store;

import io.flinkgpu.inference.model.store.CacheLocks.Hold;
import io.flinkgpu.inference.model.store.CacheLocks.Mode;
import io.flinkgpu.inference.process.Stopwatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of models that this machine has fetched, in one bounded directory that its processes
 * share.
 *
 * <p>Safe for use by many threads of many processes. Every method blocks.
 */
final class ModelCache {

    /*
     * A copy is absent, partial or whole; its name is a hash of the model's location and of the
     * names, lengths and times of its files, so that a changed model is another copy.
     *
     * partial/<id>  bytes        what it will take, written first: it counts in full from then on
     *               files/...    grow in place; the next attempt goes on where they end
     * whole/<id>    the same directory, renamed when manifest.json is in it: it never appears half
     * gone/<...>    a copy that is being deleted, renamed away first
     *
     * Who makes or deletes a copy holds its lock EXCLUSIVE; who uses a whole one holds it SHARED, so
     * that it is never deleted under them. Room is made, and its bytes are promised to a partial
     * copy, under the lock of the whole cache. The time of the file bytes says when a copy was used
     * last.
     */

    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);
    private static final String WHOLE = "whole";
    private static final String PARTIAL = "partial";
    private static final String GONE = "gone";
    private static final String FILES = "files";
    private static final String BYTES = "bytes";
    private static final int ID_DIGITS = 32;

    private final ModelCacheConfig config;

    ModelCache(ModelCacheConfig config) {
        this.config = config;
    }

    /**
     * A whole copy that stays until it is closed.
     *
     * @param files the local file or directory
     */
    record Copy(Path files, ModelManifest manifest, Hold hold) implements AutoCloseable {
        @Override
        public void close() {
            hold.close();
        }
    }

    /**
     * The copy of a model, which is fetched if there is none.
     *
     * @param listed the files that it has now
     * @param sha256 what its checksum has to be; null: any
     * @throws IOException with the reason, if it cannot be fetched, has another checksum, finds no
     *     room, or its copy is damaged
     */
    Copy fetch(ModelLocation source, ModelFiles listed, @Nullable String sha256)
            throws IOException {
        CacheLocks locks = locks();
        String id = id(source, listed);
        while (true) {
            Hold use = locks.await(id, Mode.SHARED);
            try {
                if (Files.isDirectory(path(WHOLE, id))) {
                    return used(id, sha256, use);
                }
            } catch (IOException | RuntimeException failure) {
                use.close();
                throw failure;
            }
            use.close();
            Optional<Hold> own = locks.tryLock(id, Mode.EXCLUSIVE);
            if (own.isPresent()) {
                try (Hold making = own.get()) {
                    make(locks, source, listed, sha256);
                }
            } else {
                locks.pause();
            }
        }
    }

    private Copy used(String id, @Nullable String sha256, Hold use) throws IOException {
        Path copy = path(WHOLE, id);
        Path files = copy.resolve(FILES);
        ModelManifest manifest = ModelManifest.read(copy);
        manifest.requireWhole(copy, files);
        requireSum(manifest, sha256);
        Files.setLastModifiedTime(copy.resolve(BYTES), FileTime.from(Instant.now()));
        Path found = manifest.single() ? files.resolve(manifest.files().get(0).path()) : files;
        return new Copy(found, manifest, use);
    }

    private void make(
            CacheLocks locks, ModelLocation source, ModelFiles listed, @Nullable String sha256)
            throws IOException {
        String id = id(source, listed);
        if (Files.isDirectory(path(WHOLE, id))) {
            return;
        }
        Path partial = path(PARTIAL, id);
        promiseRoom(locks, partial, listed.bytes());
        LOG.info(
                "Fetching model {} ({} files, {} bytes) into {}.",
                source,
                listed.files().size(),
                listed.bytes(),
                config.directory());
        Stopwatch fetching = Stopwatch.start();
        ModelManifest manifest = fetchFiles(source, listed, partial);
        try {
            if (!source.files().equals(listed)) {
                throw new IOException("its files changed while they were fetched");
            }
            requireSum(manifest, sha256);
        } catch (IOException wrong) {
            try (Hold all = locks.awaitAll()) {
                delete(partial);
            }
            throw wrong;
        }
        manifest.write(partial);
        Files.move(partial, path(WHOLE, id), StandardCopyOption.ATOMIC_MOVE);
        LOG.info("Fetched model {} in {} ms.", source, fetching.time().toMillis());
    }

    private static ModelManifest fetchFiles(ModelLocation source, ModelFiles listed, Path partial)
            throws IOException {
        FileFetch fetch = new FileFetch(source, listed.bytes(), partial.resolve(FILES));
        List<ModelManifest.Entry> entries = new ArrayList<>();
        for (ModelFile file : listed.files()) {
            entries.add(new ModelManifest.Entry(file.path(), file.bytes(), fetch.fetch(file)));
        }
        return ModelManifest.of(source, source.isFile(), entries);
    }

    private static void requireSum(ModelManifest manifest, @Nullable String sha256)
            throws IOException {
        if (sha256 != null && !sha256.equals(manifest.sha256())) {
            throw wrongSum(manifest.sha256(), sha256);
        }
    }

    /** The reason to refuse a model with another checksum. */
    static IOException wrongSum(String actual, String wanted) {
        return new IOException(
                "its SHA-256 is %s and not %s, as asked for".formatted(actual, wanted));
    }

    private void promiseRoom(CacheLocks locks, Path partial, long bytes) throws IOException {
        if (bytes > config.maxBytes()) {
            throw new IOException(
                    "it has %d bytes, and the cache takes %d. Raise %s"
                            .formatted(bytes, config.maxBytes(), ModelCacheOptions.MAX_SIZE.key()));
        }
        try (Hold all = locks.awaitAll()) {
            deleteGone();
            makeRoom(locks, partial, bytes);
            Files.createDirectories(partial.resolve(FILES));
            Files.write(
                    partial.resolve(BYTES), Long.toString(bytes).getBytes(StandardCharsets.UTF_8));
        }
    }

    private void makeRoom(CacheLocks locks, Path own, long bytes) throws IOException {
        List<Path> others = new ArrayList<>(copies(WHOLE));
        others.addAll(copies(PARTIAL));
        others.remove(own);
        long held = 0;
        for (Path other : others) {
            held += bytes(other);
        }
        others.sort(Comparator.comparing(ModelCache::lastUse));
        for (Path other : others) {
            if (held + bytes <= config.maxBytes()) {
                return;
            }
            long freed = bytes(other);
            if (evict(locks, other)) {
                held -= freed;
            }
        }
        if (held + bytes > config.maxBytes()) {
            throw new IOException(
                    "it has %d bytes, and of the %d that the cache takes models in use have %d. Raise %s"
                            .formatted(
                                    bytes,
                                    config.maxBytes(),
                                    held,
                                    ModelCacheOptions.MAX_SIZE.key()));
        }
    }

    private boolean evict(CacheLocks locks, Path copy) throws IOException {
        Optional<Hold> unused = locks.tryLock(copy.getFileName().toString(), Mode.EXCLUSIVE);
        if (unused.isEmpty()) {
            return false;
        }
        try (Hold own = unused.get()) {
            LOG.info("Deleting {}, which is used by nobody: room is needed.", copy);
            delete(copy);
        }
        return true;
    }

    /**
     * Renamed first: a process that dies on the way leaves no half copy under its name. The whole
     * cache is locked.
     */
    private void delete(Path copy) throws IOException {
        Path gone =
                Files.createDirectories(config.directory().resolve(GONE))
                        .resolve(copy.getFileName() + "-" + System.nanoTime());
        Files.move(copy, gone, StandardCopyOption.ATOMIC_MOVE);
        deleteTree(gone);
    }

    private void deleteGone() throws IOException {
        for (Path left : copies(GONE)) {
            deleteTree(left);
        }
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private List<Path> copies(String state) throws IOException {
        Path directory = config.directory().resolve(state);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> copies = Files.list(directory)) {
            return copies.filter(copy -> isCopy(copy.getFileName().toString())).toList();
        }
    }

    /** Anything else is somebody else's. */
    private static boolean isCopy(String name) {
        return name.matches("[0-9a-f]{%d}(-[0-9]+)?".formatted(ID_DIGITS));
    }

    /** What a copy takes when it is whole; 0 for what is none. */
    private static long bytes(Path copy) throws IOException {
        Path file = copy.resolve(BYTES);
        try {
            return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
        } catch (NumberFormatException broken) {
            return 0;
        }
    }

    private static FileTime lastUse(Path copy) {
        try {
            return Files.getLastModifiedTime(copy.resolve(BYTES));
        } catch (IOException none) {
            return FileTime.fromMillis(0);
        }
    }

    private CacheLocks locks() throws IOException {
        try {
            Files.createDirectories(config.directory().resolve(WHOLE));
            Files.createDirectories(config.directory().resolve(PARTIAL));
            return CacheLocks.of(config.directory());
        } catch (IOException failure) {
            throw new IOException(
                    "the model cache '%s' cannot be used: %s. Set %s to a directory that can be written"
                            .formatted(
                                    config.directory(), failure, ModelCacheOptions.DIRECTORY.key()),
                    failure);
        }
    }

    private Path path(String state, String id) {
        return config.directory().resolve(state).resolve(id);
    }

    private static String id(ModelLocation source, ModelFiles listed) {
        String text = source + "\n" + listed.fingerprint();
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
    }
}
