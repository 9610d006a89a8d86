package io.flinkgpu.connectors.file;

import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Writes a record as the fields of one JSON object.
 *
 * <pre>{@code
 * (row, line) -> line.string("file", row.path()).number("score", row.score())
 * }</pre>
 */
@PublicEvolving
@FunctionalInterface
public interface JsonLineEncoder<T> extends Serializable {

    /**
     * Called once per record by the sink's task thread.
     *
     * @throws IOException if {@code line} does
     */
    void encode(T row, JsonFields line) throws IOException;
}
