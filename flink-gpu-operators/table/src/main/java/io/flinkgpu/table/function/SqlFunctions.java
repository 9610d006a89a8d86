package io.flinkgpu.table.function;

import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.functions.FunctionDefinition;

/**
 * Functions that a jar adds to the module {@code flink-gpu}; found by ServiceLoader.
 *
 * <p>Read by the thread that loads the module, once for each load.
 */
@PublicEvolving
public interface SqlFunctions {

    /** The functions by their names, in lower case; no other jar may use one of these names. */
    Map<String, FunctionDefinition> byName();
}
