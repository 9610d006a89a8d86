package io.flinkgpu.job.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.util.TimeUtils;

/** The usual types of values. */
@PublicEvolving
public final class ValueTypes {

    private ValueTypes() {}

    /** Text that is not blank; numbers and truth values count as their text. */
    public static ValueType<String> text() {
        return TextValues.plain("text", scalar(), text -> text);
    }

    /** A URI or a path of one of Flink's file systems. */
    public static ValueType<String> path() {
        return TextValues.plain("path or URI", schema("string"), text -> text);
    }

    /** An expression of Flink SQL. */
    public static ValueType<String> expression() {
        return TextValues.plain("SQL expression", scalar(), text -> text);
    }

    /** The name of a field. */
    public static ValueType<String> field() {
        return TextValues.plain("field name", schema("string"), text -> text);
    }

    /** A text that is not shown, or a reference to one. */
    public static ValueType<Secret> secret() {
        return new SecretValues(true);
    }

    /** A text that may refer to secrets. */
    public static ValueType<Secret> textWithSecrets() {
        return new SecretValues(false);
    }

    /** A time with its unit, such as {@code 10 ms}; above zero. */
    public static ValueType<Duration> duration() {
        return TextValues.of(
                "time, such as 10 ms",
                schema("string"),
                ValueTypes::positiveDuration,
                TimeUtils::formatWithHighestUnit);
    }

    /** A size with its unit, such as {@code 64 mb}; above zero. */
    public static ValueType<MemorySize> memory() {
        return TextValues.of(
                "size, such as 64 mb",
                schema("string"),
                ValueTypes::positiveSize,
                MemorySize::toString);
    }

    /**
     * A text that somebody else reads.
     *
     * @param display a few words for people
     * @param parse makes a value; what its IllegalArgumentException says is the way out
     * @param show writes a value
     */
    public static <T> ValueType<T> textOf(
            String display, Function<String, T> parse, Function<T, String> show) {
        return TextValues.of(display, schema("string"), parse, show);
    }

    /** One of an enum's constants, written in lower case with hyphens. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        Map<String, E> byName = new LinkedHashMap<>();
        for (E constant : type.getEnumConstants()) {
            byName.put(nameOf(constant), constant);
        }
        ObjectNode schema = schema("string");
        byName.keySet().forEach(schema.putArray("enum")::add);
        return TextValues.of(
                String.join(", ", byName.keySet()),
                schema,
                text -> {
                    E chosen = byName.get(text.toLowerCase(Locale.ROOT));
                    if (chosen == null) {
                        throw new IllegalArgumentException(
                                "It must be one of " + byName.keySet() + ".");
                    }
                    return chosen;
                },
                ValueTypes::nameOf);
    }

    /** An enum's constant as it is written. */
    public static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** A whole number of at least {@code min}. */
    public static ValueType<Integer> integer(int min) {
        return new NumberValues<>(min, Integer.MAX_VALUE, Math::toIntExact);
    }

    /** A whole number of at least {@code min}, beyond the range of an int. */
    public static ValueType<Long> wholeNumber(long min) {
        return new NumberValues<>(min, Long.MAX_VALUE, number -> number);
    }

    /** A number. */
    public static ValueType<Double> number() {
        return new DecimalValues();
    }

    /** {@code true} or {@code false}. */
    public static ValueType<Boolean> truth() {
        return new TruthValues();
    }

    /** A list, at least one item; a single item may stand for a list of one. */
    public static <T> ValueType<List<T>> listOf(ValueType<T> item) {
        return new ListValues<>(item);
    }

    /** An object whose keys are names of the author's choice, at least one; in their order. */
    public static <T> ValueType<Map<String, T>> mapOf(ValueType<T> entry) {
        return new MapValues<>(entry);
    }

    /** An object with these keys. */
    public static ValueType<Config> object(List<Key<?>> keys) {
        return new ObjectValues(List.copyOf(keys));
    }

    /** What YAML takes for a number is a text as well. */
    static ObjectNode scalar() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.putArray("type").add("string").add("number").add("boolean");
        return schema;
    }

    static ObjectNode schema(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static Duration positiveDuration(String text) {
        Duration duration;
        try {
            duration = TimeUtils.parseDuration(text);
        } catch (IllegalArgumentException | ArithmeticException invalid) {
            throw new IllegalArgumentException("It must be a time such as '10 ms'.", invalid);
        }
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException("It must be above zero.");
        }
        return duration;
    }

    private static MemorySize positiveSize(String text) {
        MemorySize size;
        try {
            size = MemorySize.parse(text);
        } catch (IllegalArgumentException invalid) {
            throw new IllegalArgumentException("It must be a size such as '64 mb'.", invalid);
        }
        if (size.getBytes() == 0) {
            throw new IllegalArgumentException("It must be above zero.");
        }
        return size;
    }

    private record NumberValues<T extends Number>(long min, long max, Function<Long, T> narrow)
            implements ValueType<T> {

        @Override
        public Optional<T> read(Value value) {
            boolean isWhole = value.node().isNumber() && value.node().canConvertToExactIntegral();
            if (!isWhole
                    || !value.node().canConvertToLong()
                    || value.node().longValue() < min
                    || value.node().longValue() > max) {
                value.invalid(
                        "It must be a whole number of at least %d%s."
                                .formatted(
                                        min, max == Long.MAX_VALUE ? "" : " and at most " + max));
                return Optional.empty();
            }
            return Optional.of(narrow.apply(value.node().longValue()));
        }

        @Override
        public ObjectNode schema() {
            return ValueTypes.schema("integer").put("minimum", min);
        }

        @Override
        public String display() {
            return "whole number, at least " + min;
        }
    }

    private record DecimalValues() implements ValueType<Double> {

        @Override
        public Optional<Double> read(Value value) {
            if (!value.node().isNumber()) {
                value.invalid("It must be a number.");
                return Optional.empty();
            }
            return Optional.of(value.node().doubleValue());
        }

        @Override
        public ObjectNode schema() {
            return ValueTypes.schema("number");
        }

        @Override
        public String display() {
            return "number";
        }
    }

    private record TruthValues() implements ValueType<Boolean> {

        @Override
        public Optional<Boolean> read(Value value) {
            if (!value.node().isBoolean()) {
                value.invalid("It must be true or false.");
                return Optional.empty();
            }
            return Optional.of(value.node().booleanValue());
        }

        @Override
        public ObjectNode schema() {
            return ValueTypes.schema("boolean");
        }

        @Override
        public String display() {
            return "true or false";
        }
    }

    private record ListValues<T>(ValueType<T> item) implements ValueType<List<T>> {

        @Override
        public Optional<List<T>> read(Value value) {
            if (!value.node().isArray()) {
                return item.read(value).map(List::of);
            }
            if (value.node().isEmpty()) {
                value.invalid("It must have at least one item.");
                return Optional.empty();
            }
            List<T> items = new ArrayList<>();
            for (int i = 0; i < value.node().size(); i++) {
                item.read(value.get(i)).ifPresent(items::add);
            }
            return items.size() == value.node().size() ? Optional.of(items) : Optional.empty();
        }

        @Override
        public ObjectNode schema() {
            ObjectNode list = ValueTypes.schema("array").put("minItems", 1);
            list.set("items", item.schema());
            ObjectNode either = JsonNodeFactory.instance.objectNode();
            either.putArray("anyOf").add(item.schema()).add(list);
            return either;
        }

        @Override
        public String display() {
            return item.display() + ", or a list";
        }

        @Override
        public List<Key<?>> keys() {
            return item.keys();
        }

        @Override
        public String show(List<T> value) {
            return value.stream().map(item::show).toList().toString();
        }
    }

    private record MapValues<T>(ValueType<T> entry) implements ValueType<Map<String, T>> {

        @Override
        public Optional<Map<String, T>> read(Value value) {
            if (!value.node().isObject() || value.node().isEmpty()) {
                value.invalid("It must hold at least one name with its value.");
                return Optional.empty();
            }
            Map<String, T> entries = new LinkedHashMap<>();
            List<String> names = Config.names(value);
            names.forEach(
                    name -> entry.read(value.get(name)).ifPresent(read -> entries.put(name, read)));
            return entries.size() == names.size() ? Optional.of(entries) : Optional.empty();
        }

        @Override
        public ObjectNode schema() {
            ObjectNode map = ValueTypes.schema("object").put("minProperties", 1);
            map.set("additionalProperties", entry.schema());
            return map;
        }

        @Override
        public String display() {
            return "map of names to: " + entry.display();
        }

        @Override
        public List<Key<?>> keys() {
            return entry.keys();
        }

        @Override
        public String pathToKeys() {
            return ".NAME.";
        }
    }
}
