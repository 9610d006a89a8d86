package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.TensorSpec;
import java.util.List;

/**
 * What a worker says when it has loaded the code.
 *
 * @param interpreter for people, with its version
 * @param isAsync whether the code takes a batch while it has others
 * @param deviceBytes memory that it has taken on the device, as far as is known
 * @param inputs as the code declares them; none: it does not
 * @param outputs as the code declares them; none: it does not
 */
record WorkerReady(
        String interpreter,
        String numpy,
        boolean isAsync,
        long deviceBytes,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs) {

    static WorkerReady read(Frame frame) {
        return new WorkerReady(
                frame.readText(),
                frame.readText(),
                frame.readBoolean(),
                frame.readLong(),
                frame.readDeclaration(),
                frame.readDeclaration());
    }
}
