package io.flinkgpu.inference.model.faulty;

import io.flinkgpu.inference.model.LoadedModel;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.ModelRuntime;
import io.flinkgpu.inference.model.ModelRuntimes;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/** Loads a model with the runtime that it belongs to, and disturbs its runs. */
@Internal
public final class FaultInjectingRuntime implements ModelRuntime {

    @Override
    public String name() {
        return FaultInjection.RUNTIME;
    }

    @Override
    public LoadedModel load(ModelRef ref, ModelDevice device) throws ModelLoadException {
        FaultInjection injection = FaultInjection.from(ref);
        return new DisturbedModel(
                runtimeOf(injection.model()).load(injection.model(), device), injection, device);
    }

    @Override
    public Set<String> modelFiles(ModelRef ref) {
        ModelRef model = FaultInjection.from(ref).model();
        return runtimeOf(model).modelFiles(model);
    }

    @Override
    public Optional<Path> codeFile(ModelRef ref) throws ModelLoadException {
        ModelRef model = FaultInjection.from(ref).model();
        return runtimeOf(model).codeFile(model);
    }

    /** Asked for when it is needed: the runtimes of a class path are loaded one after the other. */
    private static ModelRuntime runtimeOf(ModelRef model) {
        return ModelRuntimes.onClassPath().of(model);
    }
}
