package io.flinkgpu.inference.python;

import io.flinkgpu.inference.contract.ContractModels;
import io.flinkgpu.inference.contract.ModelRuntimeContract;
import io.flinkgpu.inference.model.ModelRuntime;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

class PythonRuntimeContractTest extends ModelRuntimeContract {

    @BeforeAll
    static void requirePython() {
        PythonInterpreters.assumeNumpy();
    }

    @Override
    protected ModelRuntime runtime() {
        return new PythonRuntime();
    }

    @Override
    protected ContractModels models(Path emptyDirectory) {
        return new PythonContractModels(emptyDirectory);
    }
}
