package io.flinkgpu.deploy.model;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * The batch size that suits a target.
 *
 * @param rows of the batch; 0 if none suits
 * @param reason for people
 */
record BatchAdvice(int rows, String reason) {

    /** More rows in a batch are not worth their latency for less than that. */
    private static final double NEARLY_ALL = 0.95;

    /**
     * Advice from timings, at least one.
     *
     * @param targetLatency of a batch; null: any
     * @param targetRowsPerSecond above 0; null: any
     */
    static BatchAdvice of(
            List<BatchTiming> timings,
            @Nullable Duration targetLatency,
            @Nullable Double targetRowsPerSecond) {
        List<BatchTiming> inTime =
                timings.stream()
                        .filter(
                                timing ->
                                        targetLatency == null
                                                || timing.p95().compareTo(targetLatency) <= 0)
                        .toList();
        if (inTime.isEmpty()) {
            return new BatchAdvice(
                    0,
                    "no batch answers within %s; one of %d rows takes %s"
                            .formatted(
                                    InspectionText.millis(targetLatency),
                                    timings.get(0).rows(),
                                    InspectionText.millis(timings.get(0).p95())));
        }
        BatchTiming best =
                inTime.stream().max(Comparator.comparing(BatchTiming::rowsPerSecond)).orElseThrow();
        double enough =
                targetRowsPerSecond == null
                        ? NEARLY_ALL * best.rowsPerSecond()
                        : targetRowsPerSecond;
        Optional<BatchTiming> smallest =
                inTime.stream().filter(timing -> timing.rowsPerSecond() >= enough).findFirst();
        return smallest.map(timing -> suits(timing, targetLatency, targetRowsPerSecond))
                .orElseGet(() -> tooSlow(best, enough));
    }

    private static BatchAdvice tooSlow(BatchTiming best, double wanted) {
        return new BatchAdvice(
                0,
                String.format(
                        Locale.ROOT,
                        "no batch gives %,.0f rows/s; one of %d rows gives %,.0f",
                        wanted,
                        best.rows(),
                        best.rowsPerSecond()));
    }

    private static BatchAdvice suits(
            BatchTiming timing,
            @Nullable Duration targetLatency,
            @Nullable Double targetRowsPerSecond) {
        String aim =
                targetRowsPerSecond == null
                        ? "95 % of the most rows/s"
                        : String.format(Locale.ROOT, "%,.0f rows/s", targetRowsPerSecond);
        String within =
                targetLatency == null ? "" : " within " + InspectionText.millis(targetLatency);
        return new BatchAdvice(
                timing.rows(),
                String.format(
                        Locale.ROOT,
                        "the smallest that gives %s%s: %,.0f rows/s, 95 of 100 batches in %s",
                        aim,
                        within,
                        timing.rowsPerSecond(),
                        InspectionText.millis(timing.p95())));
    }
}
