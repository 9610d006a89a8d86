package io.flinkgpu.inference.model.store;

import io.flinkgpu.inference.process.DaemonThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether the local files of a model are those that were seen before.
 *
 * <p>Names, lengths and times that are as before mean the same model. Where they differ, the
 * checksum decides, as far as the former one is known: it is computed in the background when a
 * model is seen for the first time, by one thread. Safe for use by many threads.
 */
final class LocalFingerprints {

    private static final Logger LOG = LoggerFactory.getLogger(LocalFingerprints.class);

    private final Executor background;
    private final Map<String, Seen> byLocation = new LatestSeen();

    /**
     * What was seen of a location last.
     *
     * @param fingerprint given to it then
     * @param sha256 completes with the checksum, or empty if it could not be had
     */
    private record Seen(ModelFiles files, String fingerprint, CompletableFuture<String> sha256) {}

    LocalFingerprints() {
        this(Executors.newSingleThreadExecutor(DaemonThreads.named("model-checksum")));
    }

    /** With a thread of the caller's choice for checksums. */
    LocalFingerprints(Executor background) {
        this.background = background;
    }

    /** The fingerprint of a location's files; reads their bytes only if they seem to differ. */
    String of(Path location, ModelFiles files) {
        String key = location.toString();
        Seen before;
        synchronized (this) {
            before = byLocation.get(key);
            if (before == null) {
                Seen first = seen(location, files, files.fingerprint());
                byLocation.put(key, first);
                return first.fingerprint();
            }
        }
        if (before.files().equals(files)) {
            return before.fingerprint();
        }
        Seen now = compared(location, files, before);
        synchronized (this) {
            byLocation.put(key, now);
        }
        return now.fingerprint();
    }

    /**
     * The checksum of files whose fingerprint was asked for; completes in the background, with an
     * empty text where it could not be had, or where other files have been seen since.
     */
    synchronized CompletableFuture<String> sha256Of(Path location, ModelFiles files) {
        Seen seen = byLocation.get(location.toString());
        return seen != null && seen.files().equals(files)
                ? seen.sha256()
                : CompletableFuture.completedFuture("");
    }

    private Seen compared(Path location, ModelFiles files, Seen before) {
        String former = before.sha256().getNow("");
        if (former.isEmpty()) {
            LOG.info("The files of model {} have other names, lengths or times.", location);
            return seen(location, files, files.fingerprint());
        }
        String sha256 = sha256(location, files);
        CompletableFuture<String> known = CompletableFuture.completedFuture(sha256);
        if (sha256.equals(former)) {
            return new Seen(files, before.fingerprint(), known);
        }
        LOG.info("Model {} has changed: its SHA-256 was {} and is {}.", location, former, sha256);
        return new Seen(files, files.fingerprint(), known);
    }

    private Seen seen(Path location, ModelFiles files, String fingerprint) {
        return new Seen(
                files,
                fingerprint,
                CompletableFuture.supplyAsync(() -> sha256(location, files), background));
    }

    /** Empty if the files are not as listed. */
    private static String sha256(Path location, ModelFiles files) {
        try {
            String sum = Sha256.of(location, files);
            ModelFiles after = ModelLocation.parse(location.toString()).files();
            return after.equals(files) ? sum : "";
        } catch (IOException unreadable) {
            LOG.debug("Cannot read model {} for its checksum.", location, unreadable);
            return "";
        }
    }

    /** Of the locations that were asked for last. */
    private static final class LatestSeen extends LinkedHashMap<String, Seen> {
        private static final long serialVersionUID = 1L;
        private static final int MOST = 256;

        private LatestSeen() {
            super(MOST, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MOST;
        }
    }
}
