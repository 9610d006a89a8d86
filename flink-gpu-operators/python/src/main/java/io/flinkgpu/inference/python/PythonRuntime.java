package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Loads Python classes and functions into worker processes.
 *
 * <p>The location is {@code file.py:Class} or {@code package.module:Class}; {@link PythonOptions}
 * says what options there are. The code takes a dict of arrays by name, each with the batch axis in
 * front, and returns one.
 */
@PublicEvolving
public final class PythonRuntime implements ModelRuntime {

    @Override
    public String name() {
        return ModelRef.PYTHON;
    }

    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        return LoadedPythonModel.load(model, device, config(model));
    }

    /** Version 1. A file has to be there; a module may be anywhere, and is not looked for. */
    @Override
    public SortedMap<Long, ModelRef> versions(ModelRef model) throws ModelLoadException {
        Optional<Path> file = config(model).file();
        if (file.isPresent() && !Files.isReadable(file.get())) {
            throw new ModelLoadException(
                    "Cannot load model '%s': there is no such file. Give a Python file that exists on every task manager."
                            .formatted(model.location()));
        }
        return ModelRuntime.super.versions(model);
    }

    private static PythonConfig config(ModelRef model) throws ModelLoadException {
        try {
            return PythonConfig.from(model);
        } catch (RuntimeException invalid) {
            // Flink's options and java.nio have no common type for a value that is none.
            throw new ModelLoadException(
                    "Cannot load model '%s': %s".formatted(model.location(), invalid.getMessage()),
                    invalid);
        }
    }
}
