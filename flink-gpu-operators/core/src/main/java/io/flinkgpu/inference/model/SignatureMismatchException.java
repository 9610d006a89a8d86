package io.flinkgpu.inference.model;

import io.flinkgpu.inference.tensor.ShapeMismatchException;
import org.apache.flink.annotation.PublicEvolving;

/**
 * An encoder and a model's signature disagree about names or element types.
 *
 * <p>No row is at fault: every row would fail, so a job fails rather than its rows.
 */
@PublicEvolving
public class SignatureMismatchException extends ShapeMismatchException {

    private static final long serialVersionUID = 1L;

    public SignatureMismatchException(String message) {
        super(message);
    }
}
