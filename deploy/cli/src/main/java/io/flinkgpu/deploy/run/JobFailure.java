package io.flinkgpu.deploy.run;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.util.SerializedThrowable;

/** The reason behind a job's failure, freed from what Flink wraps around it. */
@Internal
public final class JobFailure {

    private static final String RUNTIME = "org.apache.flink.runtime.";
    private static final String CLIENT = "org.apache.flink.client.";

    private JobFailure() {}

    /**
     * The message of the first cause that is not a wrapper of Flink's, or of the last one of all.
     */
    public static String reason(Throwable failure) {
        Throwable cause = unpacked(failure);
        while (isWrapper(cause) && cause.getCause() != null) {
            cause = unpacked(cause.getCause());
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static Throwable unpacked(Throwable failure) {
        return failure instanceof SerializedThrowable serialized
                ? serialized.deserializeError(JobFailure.class.getClassLoader())
                : failure;
    }

    private static boolean isWrapper(Throwable failure) {
        String type = failure.getClass().getName();
        return failure instanceof ExecutionException
                || failure instanceof CompletionException
                || type.startsWith(RUNTIME)
                || type.startsWith(CLIENT);
    }
}
