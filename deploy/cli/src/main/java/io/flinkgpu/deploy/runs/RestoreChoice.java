package io.flinkgpu.deploy.runs;

import io.flinkgpu.state.ledger.RunHistory;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * The newest checkpoint that can be used, and those that are newer.
 *
 * @param missing newer ones whose files are gone
 * @param unreadable newer ones whose files are there, as far as one can tell, and cannot be read
 */
@Internal
public record RestoreChoice(
        RestorePoint point, List<RestorePoint> missing, List<RestorePoint> unreadable) {

    /** Copies the lists. */
    public RestoreChoice {
        missing = List.copyOf(missing);
        unreadable = List.copyOf(unreadable);
    }

    /**
     * Why going on from it may do work again that sinks have committed; a part of a sentence.
     * Empty: the checkpoint is the newest one, or nothing is known to be committed after it and
     * newer ones are gone for good.
     *
     * @param history of the run that goes on
     */
    public Optional<String> doubt(RunHistory history) {
        if (!unreadable.isEmpty()) {
            return Optional.of(
                    "%s cannot be read, which may pass, and sinks may have committed it"
                            .formatted(names(unreadable)));
        }
        String sinks = String.join(", ", LaterCommits.of(history, point).keySet());
        return missing.isEmpty() || sinks.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s is missing, and has been committed by sink %s"
                                .formatted(names(missing), sinks));
    }

    private static String names(List<RestorePoint> points) {
        return points.stream()
                .map(
                        each ->
                                each.checkpoint() == null
                                        ? each.path()
                                        : "checkpoint " + each.checkpoint().id())
                .collect(Collectors.joining(", "));
    }
}
