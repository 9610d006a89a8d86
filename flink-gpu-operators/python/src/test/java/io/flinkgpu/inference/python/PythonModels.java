package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRunException;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The models that a test loads, which are closed together. */
final class PythonModels implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(1);

    private final List<LoadedPythonModel> loaded = new ArrayList<>();

    LoadedPythonModel load(String name) throws ModelLoadException {
        return load(PythonInterpreters.model(name));
    }

    LoadedPythonModel load(PythonModel model) throws ModelLoadException {
        return load(model, ModelDevice.cpu());
    }

    LoadedPythonModel load(PythonModel model, ModelDevice device) throws ModelLoadException {
        LoadedPythonModel python =
                LoadedPythonModel.load(model.ref(), device, PythonConfig.from(model.ref()), PAUSE);
        loaded.add(python);
        return python;
    }

    @Override
    public void close() {
        loaded.forEach(LoadedPythonModel::close);
    }

    /** A batch of one number a row, named as the runtime names an only input. */
    static TensorBatch batch(int... rows) {
        return TensorBatch.of("data", Tensor.ofInts(Shape.of(rows.length), rows));
    }

    /** Runs one batch, which is closed. */
    static TensorBatch run(LoadedPythonModel model, TensorBatch batch) throws ModelRunException {
        try (batch) {
            return model.run(List.of(batch));
        }
    }
}
