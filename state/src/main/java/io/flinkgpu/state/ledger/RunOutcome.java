package io.flinkgpu.state.ledger;

import org.apache.flink.annotation.Internal;

/** How a run ended, in Flink's words. */
@Internal
public enum RunOutcome {
    FINISHED,
    FAILED,
    CANCELED
}
