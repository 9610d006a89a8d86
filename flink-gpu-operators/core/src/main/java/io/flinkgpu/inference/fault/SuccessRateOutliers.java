package io.flinkgpu.inference.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * Finds replicas that fail more often than the others (Envoy, "Outlier detection", success rate).
 *
 * <p>Of the replicas with enough answers in an interval those stand out whose share of successes is
 * below the mean of all by more than a multiple of the standard deviation. Not thread-safe.
 *
 * @param <R> what identifies a replica
 */
@Internal
public final class SuccessRateOutliers<R> {

    /**
     * What stands out.
     *
     * @param fewestReplicas with enough answers, below which nothing is compared
     * @param fewestAnswers of a replica in an interval
     * @param deviations below the mean
     */
    public record Rules(int fewestReplicas, int fewestAnswers, double deviations) {

        /** Envoy's: 5 replicas, 100 answers, 1.9 standard deviations. */
        public static Rules defaults() {
            return new Rules(5, 100, 1.9);
        }
    }

    private static final class Tally {
        private int answers;
        private int successes;

        private double rate() {
            return (double) successes / answers;
        }
    }

    private final Rules rules;
    private final Map<R, Tally> tallies = new HashMap<>();

    /** No answers yet. */
    public SuccessRateOutliers(Rules rules) {
        this.rules = rules;
    }

    /** Counts an answer. */
    public void answered(R replica, boolean success) {
        Tally tally = tallies.computeIfAbsent(replica, key -> new Tally());
        tally.answers++;
        tally.successes += success ? 1 : 0;
    }

    /** Ends the interval; the replicas that stand out in it. */
    public Set<R> sweep() {
        List<Double> rates = new ArrayList<>();
        tallies.values().stream()
                .filter(tally -> tally.answers >= rules.fewestAnswers())
                .forEach(tally -> rates.add(tally.rate()));
        Set<R> outliers = new HashSet<>();
        if (rates.size() >= rules.fewestReplicas()) {
            double bound = bound(rates);
            tallies.forEach(
                    (replica, tally) -> {
                        if (tally.answers >= rules.fewestAnswers() && tally.rate() < bound) {
                            outliers.add(replica);
                        }
                    });
        }
        tallies.clear();
        return outliers;
    }

    private double bound(List<Double> rates) {
        double mean = rates.stream().mapToDouble(Double::doubleValue).average().orElse(1);
        double variance =
                rates.stream()
                        .mapToDouble(rate -> (rate - mean) * (rate - mean))
                        .average()
                        .orElse(0);
        return mean - rules.deviations() * Math.sqrt(variance);
    }
}
