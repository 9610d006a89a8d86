package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.RuntimeFeature;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
    public Map<RuntimeFeature, String> unsupported() {
        return Map.of(
                RuntimeFeature.FIXED_BATCH,
                "A declaration gives the shape of a row, and code gets batches of any size. Cut or fill them in the code.",
                RuntimeFeature.NUMBERED_VERSIONS,
                "Code has no versions. Give each version a file or a class of its own.");
    }

    /** As described there; code has one entry point, {@code serving_default}. */
    @Override
    public LoadedModel load(ModelRef model, ModelDevice device) throws ModelLoadException {
        if (!model.signature().equals(ModelRef.DEFAULT_SIGNATURE)) {
            throw new ModelLoadException(
                    "Cannot load model '%s': it has no signature '%s'. It has [%s]."
                            .formatted(
                                    model.location(),
                                    model.signature(),
                                    ModelRef.DEFAULT_SIGNATURE));
        }
        return LoadedPythonModel.load(model, device, config(model));
    }

    /** The file that is named; what it imports may change without being noticed. */
    @Override
    public Optional<Path> codeFile(ModelRef model) throws ModelLoadException {
        return config(model).file().map(Path::toAbsolutePath);
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
