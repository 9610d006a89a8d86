package io.flinkgpu.inference.python;

/** A worker ended before it had begun with a batch, which may be run by another one. */
final class WorkerGoneException extends Exception {

    private static final long serialVersionUID = 1L;

    WorkerGoneException(String message) {
        super(message);
    }
}
