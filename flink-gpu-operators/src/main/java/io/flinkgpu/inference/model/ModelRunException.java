package io.flinkgpu.inference.model;

/** A run of a loaded model failed, or could not start because its host let go of the model. */
public class ModelRunException extends Exception {

    private static final long serialVersionUID = 1L;

    public ModelRunException(String message) {
        super(message);
    }

    public ModelRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
