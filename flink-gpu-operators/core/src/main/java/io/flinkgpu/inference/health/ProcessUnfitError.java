package io.flinkgpu.inference.health;

import org.apache.flink.annotation.Internal;

/**
 * Asks Flink to end the process of the task that throws it.
 *
 * <p>Flink 2.3 takes an {@link InternalError} of a task as fatal to the JVM ({@code
 * ExceptionUtils#isJvmFatalError}) and ends it at once, so that its node is replaced and its tasks
 * start elsewhere.
 */
@Internal
public final class ProcessUnfitError extends InternalError {

    private static final long serialVersionUID = 1L;

    public ProcessUnfitError(String message) {
        super(message);
    }
}
