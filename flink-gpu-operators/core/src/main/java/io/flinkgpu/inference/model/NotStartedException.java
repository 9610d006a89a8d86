package io.flinkgpu.inference.model;

import org.apache.flink.annotation.Internal;

/**
 * A request waited for its run longer than its sender allows, and was withdrawn: it never ran and
 * never will.
 */
@Internal
public class NotStartedException extends ModelRunException {

    private static final long serialVersionUID = 1L;

    public NotStartedException(String message) {
        super(message);
    }
}
