package io.flinkgpu.inference.tensor;

import org.apache.flink.annotation.PublicEvolving;

/**
 * A tensor does not have the name, the element type or the shape that a model's signature asks for.
 *
 * <p>The data is at fault, not the device: running it again fails again.
 */
@PublicEvolving
public class ShapeMismatchException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public ShapeMismatchException(String message) {
        super(message);
    }
}
