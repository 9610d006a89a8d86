package io.flinkgpu.inference.model.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.annotation.Internal;

/**
 * The local files of a model, which stay until this is closed.
 *
 * <p>Safe for use by many threads.
 */
@Internal
public final class OpenModel implements AutoCloseable {

    private final String location;
    private final Path path;
    private final ModelFiles files;
    private final CompletableFuture<String> sha256;
    private final Runnable letGo;

    /**
     * Files that somebody holds.
     *
     * @param location as people write it
     * @param path the file or directory here
     * @param files as they were listed at the location
     * @param sha256 their checksum as soon as it is known; empty: it never will be
     * @param letGo gives the hold back
     */
    OpenModel(
            String location,
            Path path,
            ModelFiles files,
            CompletableFuture<String> sha256,
            Runnable letGo) {
        this.location = location;
        this.path = path;
        this.files = files;
        this.sha256 = sha256;
        this.letGo = letGo;
    }

    /** The file or directory on this machine. */
    public Path path() {
        return path;
    }

    /** Its files, as they were listed when it was opened. */
    public ModelFiles files() {
        return files;
    }

    /** The checksum of the model as far as it is known by now; reads nothing. */
    public Optional<String> knownSha256() {
        return Optional.of(sha256.getNow("")).filter(sum -> !sum.isEmpty());
    }

    /** The checksum of the model; reads all of it. */
    public String sha256() throws IOException {
        return Sha256.of(path, files);
    }

    /**
     * Fails if its files are not those that were opened.
     *
     * @throws IOException with the reason, or if they cannot be listed
     */
    public void requireUnchanged() throws IOException {
        ModelLocation here = ModelLocation.parse(location);
        // A copy is nobody's to change.
        if (here.isLocal() && !here.files().equals(files)) {
            throw new IOException(
                    "its files changed while they were read. Put a new version beside the old one, or rename its directory into place");
        }
    }

    /** Lets go of a copy, which may be deleted from then on. */
    @Override
    public void close() {
        letGo.run();
    }
}
