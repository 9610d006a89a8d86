package io.flinkgpu.job.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What a file says under the keys of one object.
 *
 * <p>Read by {@link #read}; immutable afterwards but for the problems that its reader adds.
 */
@PublicEvolving
public final class Config {

    private final Value object;
    private final Map<Key<?>, Object> values;
    private final boolean isComplete;

    private Config(Value object, Map<Key<?>, Object> values, boolean isComplete) {
        this.object = object;
        this.values = values;
        this.isComplete = isComplete;
    }

    /**
     * Reads an object; adds a problem for each key that is unknown, missing or has a wrong value.
     *
     * @param object may be missing, which is an object without keys
     */
    public static Config read(Value object, List<Key<?>> keys) {
        Map<Key<?>, Object> values = new HashMap<>();
        if (!object.isMissing() && !object.node().isObject()) {
            object.invalid("It must hold keys and values.");
            return new Config(object, values, false);
        }
        boolean isComplete = true;
        for (Key<?> key : keys) {
            isComplete &= readKey(object, key, values);
        }
        isComplete &= !refuseUnknown(object, keys);
        return new Config(object, values, isComplete);
    }

    private static <T> boolean readKey(Value object, Key<T> key, Map<Key<?>, Object> values) {
        Value value = object.get(key.name());
        if (value.isMissing()) {
            key.defaultValue().ifPresent(otherwise -> values.put(key, otherwise));
            if (key.isRequired()) {
                value.problem("Invalid %s: it is missing. Add the key.".formatted(value.subject()));
            }
            return !key.isRequired();
        }
        Optional<T> read = key.type().read(value);
        read.ifPresent(valid -> values.put(key, valid));
        return read.isPresent();
    }

    private static boolean refuseUnknown(Value object, List<Key<?>> keys) {
        List<String> known = keys.stream().map(Key::name).toList();
        boolean hasUnknown = false;
        for (Iterator<String> names = object.node().fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                hasUnknown = true;
                object.get(name)
                        .problem(
                                "Invalid key '%s' of %s: it is unknown. %s"
                                        .formatted(
                                                name,
                                                object.subject(),
                                                NearestName.suggest(name, known)));
            }
        }
        return hasUnknown;
    }

    /** Whether every key that must be there is there, and no value is wrong. */
    public boolean isComplete() {
        return isComplete;
    }

    /**
     * The value of a key that is required or has a default.
     *
     * @throws IllegalStateException if it has none; ask a complete config alone
     */
    public <T> T get(Key<T> key) {
        return find(key)
                .orElseThrow(() -> new IllegalStateException("Cannot read " + key + ": no value."));
    }

    /** The value of a key, or its default. */
    @SuppressWarnings("unchecked") // readKey puts values of the key's type alone
    public <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable((T) values.get(key));
    }

    /** Whether the file has the key, right or wrong. */
    public boolean says(Key<?> key) {
        return !object.get(key.name()).isMissing();
    }

    /** The value of a key as it stands in the file, for its problems. */
    public Value at(Key<?> key) {
        return object.get(key.name());
    }

    /** What messages call this object. */
    public String subject() {
        return object.subject();
    }

    /** The object itself, for problems that are about no single key. */
    public Value object() {
        return object;
    }

    /** The names of an object's entries, in the order of the file. */
    static List<String> names(Value object) {
        List<String> names = new ArrayList<>();
        object.node().fieldNames().forEachRemaining(names::add);
        return names;
    }
}
