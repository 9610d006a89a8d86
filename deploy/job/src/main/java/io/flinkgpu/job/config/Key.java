package io.flinkgpu.job.config;

import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One setting of a job file: its name, what its value may be, and what it does.
 *
 * <p>Immutable. A key belongs to the object that declares it; it is compared by identity.
 *
 * @param <T> what a value becomes
 */
@PublicEvolving
public final class Key<T> {

    private final String name;
    private final ValueType<T> type;
    private final boolean isRequired;
    @Nullable private final T defaultValue;
    private final String description;

    private Key(
            String name,
            ValueType<T> type,
            boolean isRequired,
            @Nullable T defaultValue,
            String description) {
        this.name = name;
        this.type = type;
        this.isRequired = isRequired;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    /** A key that may be left out, and has no default. */
    public static <T> Key<T> of(String name, ValueType<T> type) {
        return new Key<>(name, type, false, null, "");
    }

    /** The same key, which must be there. */
    public Key<T> required() {
        return new Key<>(name, type, true, null, description);
    }

    /** The same key with a default. */
    public Key<T> orElse(T value) {
        return new Key<>(name, type, false, value, description);
    }

    /** The same key with what it does, in whole sentences. */
    public Key<T> describedAs(String text) {
        return new Key<>(name, type, isRequired, defaultValue, text);
    }

    /** Its name in the file, lower case with hyphens. */
    public String name() {
        return name;
    }

    /** What its value may be. */
    public ValueType<T> type() {
        return type;
    }

    /** Whether a file without it is wrong. */
    public boolean isRequired() {
        return isRequired;
    }

    /** What a file without it gets. */
    public Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    /** What it does, in whole sentences. */
    public String description() {
        return description;
    }

    @Override
    public String toString() {
        return name;
    }
}
