package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says why a run stands still: once when no row has come out for a while, and again when the reason
 * is another one. Not thread-safe.
 */
final class Standstill {

    static final Duration PATIENCE = Duration.ofSeconds(10);

    private Duration since = Duration.ZERO;
    private Duration lastLook = Duration.ZERO;
    private long rows;
    private List<String> said = List.of();

    /** Looks for the reasons why a run stands still; none if nothing hinders it. */
    @FunctionalInterface
    interface Reasons {
        List<String> find() throws InterruptedException;
    }

    /** What to say at this moment; asks for the reasons at most once in a while. */
    Optional<String> look(Progress progress, Reasons reasons) throws InterruptedException {
        if (progress.rowsDone() != rows) {
            rows = progress.rowsDone();
            since = progress.elapsed();
            lastLook = since;
            said = List.of();
        }
        if (progress.elapsed().minus(lastLook).compareTo(PATIENCE) < 0) {
            return Optional.empty();
        }
        lastLook = progress.elapsed();
        List<String> found = reasons.find();
        if (found.isEmpty() || found.equals(said)) {
            return Optional.empty();
        }
        said = found;
        return Optional.of(
                "No row has come out for %d s: %s"
                        .formatted(
                                progress.elapsed().minus(since).toSeconds(),
                                String.join(" ", found)));
    }
}
