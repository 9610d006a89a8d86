package io.flinkgpu.job.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What the value of a {@link Key} may be; see {@link ValueTypes} for the usual ones.
 *
 * @param <T> what a value becomes
 */
@PublicEvolving
public interface ValueType<T> {

    /** Reads a value; where it is wrong, adds what is wrong to the value's problems. */
    Optional<T> read(Value value);

    /** The JSON schema of a value, a new node that the caller may add to. */
    ObjectNode schema();

    /** A few words for people, such as {@code whole number, at least 1}. */
    String display();

    /** The keys of a value that is an object, or of its entries; none for other values. */
    default List<Key<?>> keys() {
        return List.of();
    }

    /** What stands between the value's key and one of {@link #keys()} where people read of it. */
    default String pathToKeys() {
        return ".";
    }

    /** A default of this type as it stands in a file. */
    default String show(T value) {
        return value.toString();
    }
}
