package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;

/** The order in which results leave the operator. */
@PublicEvolving
public enum OutputMode {
    /** In the order of the input. */
    ORDERED,
    /** As they come, but never across a watermark. */
    UNORDERED
}
