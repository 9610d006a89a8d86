package io.flinkgpu.inference.tensor;

/**
 * A tensor does not have the name, the element type or the shape that a model's signature asks for.
 *
 * <p>The data is at fault, not the device: running it again fails again.
 */
public class ShapeMismatchException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public ShapeMismatchException(String message) {
        super(message);
    }
}
