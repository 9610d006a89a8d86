package io.flinkgpu.table.module;

import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.ModuleFactory;
import org.apache.flink.table.module.Module;

/** Makes the module that {@code LOAD MODULE `flink-gpu`} asks for; it has no options. */
@Internal
public final class FlinkGpuModuleFactory implements ModuleFactory {

    @Override
    public String factoryIdentifier() {
        return "flink-gpu";
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of();
    }

    @Override
    public Module createModule(Context context) {
        FactoryUtil.createModuleFactoryHelper(this, context).validate();
        return FlinkGpuModule.load(context.getClassLoader());
    }
}
