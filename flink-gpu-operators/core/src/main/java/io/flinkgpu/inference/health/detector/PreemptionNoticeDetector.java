package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Reports once that the node of this process is about to be taken away, and once that it is not.
 *
 * <p>A notice stands from the first look that finds it until one that finds none in any place;
 * another after that is reported again.
 */
final class PreemptionNoticeDetector implements FailureDetector {

    private static final String TAKEN_BACK = "the notice was taken back";

    private final List<PreemptionNotice> places;
    private boolean stands;

    PreemptionNoticeDetector(List<PreemptionNotice> places) {
        this.places = List.copyOf(places);
    }

    /**
     * Looks in each place until one has a notice.
     *
     * @throws UncheckedIOException if a place cannot be read and none of the others has a notice; a
     *     notice that stood stands on
     */
    @Override
    public List<Suspicion> check() {
        Optional<String> reason = read();
        boolean stood = stands;
        stands = reason.isPresent();
        if (stands == stood) {
            return List.of();
        }
        return List.of(
                reason.map(Suspicion::ofLeavingNode)
                        .orElseGet(() -> Suspicion.ofStayingNode(TAKEN_BACK)));
    }

    private Optional<String> read() {
        UncheckedIOException failure = null;
        for (PreemptionNotice place : places) {
            try {
                Optional<String> reason = place.read();
                if (reason.isPresent()) {
                    return reason;
                }
            } catch (IOException e) {
                failure =
                        new UncheckedIOException(
                                "Cannot read preemption notice of %s: %s."
                                        .formatted(place, e.getMessage()),
                                e);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return Optional.empty();
    }
}
