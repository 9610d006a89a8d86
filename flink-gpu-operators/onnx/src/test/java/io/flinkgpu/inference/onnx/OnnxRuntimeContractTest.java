package io.flinkgpu.inference.onnx;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.contract.ModelRuntimeContract;
import io.flinkgpu.inference.model.ModelRuntime;
import java.nio.file.Path;

class OnnxRuntimeContractTest extends ModelRuntimeContract {

    @Override
    protected ModelRuntime runtime() {
        return new OnnxRuntime();
    }

    @Override
    protected ContractModels models(Path emptyDirectory) {
        return new OnnxContractModels(emptyDirectory);
    }
}
