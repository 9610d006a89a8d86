package io.flinkgpu.inference.model;

/** A request's {@link Deadline} passed before it was answered. */
public class DeadlineExceededException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    public DeadlineExceededException(String message) {
        super(message);
    }
}
