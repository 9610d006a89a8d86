package io.flinkgpu.inference.model;

import org.apache.flink.annotation.PublicEvolving;

/** A model cannot be brought onto a device. The message names the model and the way out. */
@PublicEvolving
public class ModelLoadException extends Exception {

    private static final long serialVersionUID = 1L;

    public ModelLoadException(String message) {
        super(message);
    }

    public ModelLoadException(String message, Throwable cause) {
        super(message, cause);
    }
}
