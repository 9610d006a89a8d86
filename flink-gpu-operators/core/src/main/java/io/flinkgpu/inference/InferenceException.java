package io.flinkgpu.inference;

import org.apache.flink.annotation.PublicEvolving;

/** A row or a model failed and nothing was told to catch it: the job fails with this. */
@PublicEvolving
public class InferenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InferenceException(String message, Throwable cause) {
        super(message, cause);
    }
}
