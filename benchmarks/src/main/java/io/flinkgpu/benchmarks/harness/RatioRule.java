package io.flinkgpu.benchmarks.harness;

import org.apache.flink.annotation.Internal;

/** How a pair of values becomes the ratio that a goal is set for; a larger ratio is better. */
@Internal
public enum RatioRule {
    /** For rates: how many times the peer's. */
    OURS_OVER_PEER("higher", "ours / peer") {
        @Override
        public double of(double ours, double peer) {
            return ours / peer;
        }
    },
    /** For durations: how many times shorter than the peer's. */
    PEER_OVER_OURS("lower", "peer / ours") {
        @Override
        public double of(double ours, double peer) {
            return peer / ours;
        }
    },
    /** For work: which share of the peer's is saved. */
    SHARE_SAVED("lower", "1 - ours / peer") {
        @Override
        public double of(double ours, double peer) {
            return 1 - ours / peer;
        }
    };

    private final String betterValue;
    private final String formula;

    RatioRule(String betterValue, String formula) {
        this.betterValue = betterValue;
        this.formula = formula;
    }

    /** The ratio of a pair of positive values. */
    public abstract double of(double ours, double peer);

    /** Whether {@code higher} or {@code lower} values are better. */
    public String betterValue() {
        return betterValue;
    }

    /** The definition, as reports show it. */
    public String formula() {
        return formula;
    }
}
