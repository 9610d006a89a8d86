package io.flinkgpu.table.module;

import io.flinkgpu.table.function.SqlFunctions;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.module.Module;

/** Every function of {@link SqlFunctions} that the jars at hand have. Immutable. */
@PublicEvolving
public final class FlinkGpuModule implements Module {

    private final Map<String, FunctionDefinition> functions;

    private FlinkGpuModule(Map<String, FunctionDefinition> functions) {
        this.functions = functions;
    }

    /**
     * Collects the functions that a class loader sees.
     *
     * @throws ValidationException if two jars have a function of the same name
     */
    public static FlinkGpuModule load(ClassLoader classLoader) {
        Map<String, FunctionDefinition> functions = new TreeMap<>();
        for (SqlFunctions some : ServiceLoader.load(SqlFunctions.class, classLoader)) {
            some.byName().forEach((name, function) -> add(name, function, functions));
        }
        return new FlinkGpuModule(functions);
    }

    private static void add(
            String name, FunctionDefinition function, Map<String, FunctionDefinition> functions) {
        FunctionDefinition other = functions.putIfAbsent(name, function);
        if (other != null) {
            throw new ValidationException(
                    "Cannot load module flink-gpu: both %s and %s are function '%s'. Remove a jar."
                            .formatted(
                                    other.getClass().getName(),
                                    function.getClass().getName(),
                                    name));
        }
    }

    @Override
    public Set<String> listFunctions() {
        return Set.copyOf(functions.keySet());
    }

    @Override
    public Optional<FunctionDefinition> getFunctionDefinition(String name) {
        return Optional.ofNullable(functions.get(name.toLowerCase(Locale.ROOT)));
    }
}
