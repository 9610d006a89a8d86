package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a row that fails. */
@PublicEvolving
public enum ErrorAction {
    /** It fails the job, which Flink restarts as it is told to. */
    FAIL,
    /** It goes to the side output for dead letters. */
    DEAD_LETTER,
    /** The stage emits a default in place of its result. */
    DEFAULT_VALUE
}
