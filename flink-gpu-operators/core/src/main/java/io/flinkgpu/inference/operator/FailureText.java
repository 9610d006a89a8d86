package io.flinkgpu.inference.operator;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * How the cause of a dead letter is told: the failure's message, and on demand the top of its stack
 * behind it, a line each.
 *
 * @param stackFrames of the failure and of each of its causes, not negative; 0: the message alone
 */
@Internal
public record FailureText(int stackFrames) implements Serializable {

    /** The message alone. */
    public static final FailureText MESSAGE = new FailureText(0);

    /** Characters of the stack. */
    static final int MAX_STACK_LENGTH = 8_192;

    private static final int MAX_CAUSES = 16;

    String of(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        return stackFrames == 0 ? message : message + stack(failure);
    }

    private String stack(Throwable failure) {
        StringBuilder lines = new StringBuilder();
        addFrames(failure, lines);
        Throwable cause = failure.getCause();
        for (int causes = 0; cause != null && causes < MAX_CAUSES; causes++) {
            lines.append("\nCaused by: ").append(cause);
            addFrames(cause, lines);
            cause = cause.getCause();
        }
        return lines.substring(0, Math.min(lines.length(), MAX_STACK_LENGTH));
    }

    private void addFrames(Throwable failure, StringBuilder lines) {
        StackTraceElement[] stack = failure.getStackTrace();
        for (int i = 0; i < Math.min(stackFrames, stack.length); i++) {
            lines.append("\n    at ").append(stack[i]);
        }
    }
}
