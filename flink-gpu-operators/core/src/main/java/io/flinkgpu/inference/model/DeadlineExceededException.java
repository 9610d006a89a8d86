package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.Deadline;
import org.apache.flink.annotation.PublicEvolving;

/** A request's {@link Deadline} passed before it was answered. */
@PublicEvolving
public class DeadlineExceededException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    public DeadlineExceededException(String message) {
        super(message);
    }
}
