package io.flinkgpu.table.model;

import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.LogicalType;

/** Texts as values of columns, in Flink's internal data structures. */
final class DefaultValues {

    private DefaultValues() {}

    /**
     * The value that a text stands for.
     *
     * @throws IllegalArgumentException with the way out, if it stands for none of the type
     */
    static Object parse(String text, LogicalType type) {
        try {
            return switch (type.getTypeRoot()) {
                case BOOLEAN -> truth(text);
                case TINYINT -> Byte.valueOf(text);
                case SMALLINT -> Short.valueOf(text);
                case INTEGER -> Integer.valueOf(text);
                case BIGINT -> Long.valueOf(text);
                case FLOAT -> Float.valueOf(text);
                case DOUBLE -> Double.valueOf(text);
                case CHAR, VARCHAR -> StringData.fromString(text);
                default ->
                        throw new IllegalArgumentException(
                                "Columns of type %s have no default: leave it out for NULL."
                                        .formatted(type.asSummaryString()));
            };
        } catch (NumberFormatException invalid) {
            throw new IllegalArgumentException(
                    "It must be a %s.".formatted(type.asSummaryString()), invalid);
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("It must be true or false.");
        };
    }
}
