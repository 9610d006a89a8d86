package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.contract.ModelRuntimeContract;
import io.flinkgpu.inference.model.ModelRuntime;
import java.nio.file.Path;

class TensorFlowRuntimeContractTest extends ModelRuntimeContract {

    @Override
    protected ModelRuntime runtime() {
        return new TensorFlowRuntime();
    }

    @Override
    protected ContractModels models(Path emptyDirectory) {
        return new TensorFlowContractModels(emptyDirectory);
    }
}
