package io.flinkgpu.job.row;

import io.flinkgpu.inference.tensor.Shape;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A field of rows.
 *
 * @param name unique within its schema
 * @param shape of an array whose every row has the same; null where it is not known
 */
@PublicEvolving
public record Field(String name, FieldType type, @Nullable Shape shape) {

    public Field {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }

    /** A field of no known shape. */
    public static Field of(String name, FieldType type) {
        return new Field(name, type, null);
    }

    /** The shape of an array, row-major; empty where it differs from row to row. */
    public Optional<Shape> knownShape() {
        return Optional.ofNullable(shape);
    }

    /** The same values under another name. */
    public Field named(String other) {
        return new Field(other, type, shape);
    }

    @Override
    public String toString() {
        return name + " " + type + (shape == null ? "" : " " + shape);
    }
}
