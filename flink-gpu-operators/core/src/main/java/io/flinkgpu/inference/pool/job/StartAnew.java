package io.flinkgpu.inference.pool.job;

import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * The registry tells a subtask to fail, so that its replica starts anew, elsewhere if its node is
 * blocked.
 *
 * @param cause a sentence for people
 */
record StartAnew(String cause) implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
