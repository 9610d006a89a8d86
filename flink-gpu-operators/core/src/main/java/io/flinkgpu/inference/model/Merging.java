package io.flinkgpu.inference.model;

import org.apache.flink.annotation.Internal;

/** Whether a batch may share a device batch with batches of others. */
@Internal
public enum Merging {
    /** It may, which uses devices better. */
    ALLOWED,
    /** It may not: a device was lost in a run of its rows, and nobody is to share their fate. */
    FORBIDDEN
}
