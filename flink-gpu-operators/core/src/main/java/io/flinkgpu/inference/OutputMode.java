package io.flinkgpu.inference;

/** The order in which results leave the operator. */
public enum OutputMode {
    /** In the order of the input. */
    ORDERED,
    /** As they come, but never across a watermark. */
    UNORDERED
}
