package io.flinkgpu.inference.model;

import org.apache.flink.annotation.Internal;

/**
 * One version of a model, as its location holds it at one moment.
 *
 * @param number in ascending order of age; 1 where the location knows no versions
 * @param ref the model at the location of this version
 * @param fingerprint tells its files from others that were or will be there; empty where the
 *     runtime reads none
 */
@Internal
public record ModelVersion(long number, ModelRef ref, String fingerprint) {

    private static final String UNNUMBERED = "1";

    /** As clients and answers name it. */
    public String name() {
        return Long.toString(number);
    }

    /** As clients and answers name the version of a model whose location is settled. */
    static String nameOf(ModelRef model) {
        String named = model.servedVersion();
        return named.isEmpty() ? UNNUMBERED : Long.toString(Long.parseLong(named));
    }
}
