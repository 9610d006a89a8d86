package io.flinkgpu.job.row;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.RowTypeInfo;

/**
 * The fields of the rows that an element emits, in their order.
 *
 * @param fields with names that differ
 */
@PublicEvolving
public record RowSchema(List<Field> fields) {

    /** The schema of what emits nothing. */
    public static final RowSchema NONE = new RowSchema(List.of());

    /**
     * @throws IllegalArgumentException if two fields have one name
     */
    public RowSchema {
        fields = List.copyOf(fields);
        Set<String> names = new HashSet<>();
        for (Field field : fields) {
            if (!names.add(field.name())) {
                throw new IllegalArgumentException(
                        "Invalid schema: two fields are named '%s'. Give each a name of its own."
                                .formatted(field.name()));
            }
        }
    }

    /** A schema of these fields. */
    public static RowSchema of(Field... fields) {
        return new RowSchema(List.of(fields));
    }

    /** The names in their order. */
    public List<String> names() {
        return fields.stream().map(Field::name).toList();
    }

    /** The field of a name. */
    public Optional<Field> find(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).findFirst();
    }

    /** The place of a field in a row, from 0; -1 if there is none. */
    public int indexOf(String name) {
        return names().indexOf(name);
    }

    /** The same schema without some fields. */
    public RowSchema without(Collection<String> names) {
        return new RowSchema(
                fields.stream().filter(field -> !names.contains(field.name())).toList());
    }

    /** These fields and more behind them; one of a known name takes the place of the former. */
    public RowSchema with(Collection<Field> more) {
        Map<String, Field> all = new LinkedHashMap<>();
        fields.forEach(field -> all.put(field.name(), field));
        more.forEach(field -> all.put(field.name(), field));
        return new RowSchema(List.copyOf(all.values()));
    }

    /** Whether rows of another schema may stand between rows of this one: names and types agree. */
    public boolean takes(RowSchema other) {
        return names().equals(other.names()) && types().equals(other.types());
    }

    /** How Flink moves such rows. */
    public RowTypeInfo typeInfo() {
        return new RowTypeInfo(
                fields.stream()
                        .map(field -> field.type().typeInfo())
                        .toArray(TypeInformation<?>[]::new),
                names().toArray(String[]::new));
    }

    private List<FieldType> types() {
        return fields.stream().map(Field::type).toList();
    }

    @Override
    public String toString() {
        return fields.stream().map(Field::toString).collect(Collectors.joining(", "));
    }
}
