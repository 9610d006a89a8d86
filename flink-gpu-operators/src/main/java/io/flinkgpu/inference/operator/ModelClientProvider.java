package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.model.ModelClient;
import java.io.Serializable;
import org.apache.flink.api.common.functions.RuntimeContext;

/** Connects a subtask to its model; the one place where the inference modes differ. */
@FunctionalInterface
public interface ModelClientProvider extends Serializable {

    /**
     * A client for the subtask, which owns it; returns before the model is loaded.
     *
     * @throws Exception if the subtask cannot have the device that its profile asks for
     */
    ModelClient connect(RuntimeContext subtask) throws Exception;
}
