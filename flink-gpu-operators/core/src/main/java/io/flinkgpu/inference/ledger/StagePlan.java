package io.flinkgpu.inference.ledger;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * What is known of a stage before it runs. Empty texts: not known, or none.
 *
 * @param mode such as {@code fused}
 * @param profile what a subtask asks for, in words
 * @param model runtime, location and signature
 * @param version that is asked for
 * @param checksum that the model must have
 */
@Internal
public record StagePlan(String mode, String profile, String model, String version, String checksum)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Nothing is known. */
    public static final StagePlan UNKNOWN = new StagePlan("", "", "", "", "");
}
