package io.flinkgpu.inference.process;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.Internal;

/** Why futures failed. */
@Internal
public final class Causes {

    private Causes() {}

    /**
     * The cause of what a future wraps failures in, {@link CompletionException} and {@link
     * ExecutionException}; {@code failure} itself if it is another one or has no cause.
     */
    public static Throwable unwrapped(Throwable failure) {
        boolean wraps =
                failure instanceof CompletionException || failure instanceof ExecutionException;
        return wraps && failure.getCause() != null ? failure.getCause() : failure;
    }
}
