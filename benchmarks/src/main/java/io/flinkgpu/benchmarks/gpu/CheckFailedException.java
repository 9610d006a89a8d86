package io.flinkgpu.benchmarks.gpu;

/** Something does not hold; the message says what was seen. */
final class CheckFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    CheckFailedException(String message) {
        super(message);
    }
}
