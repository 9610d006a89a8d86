package io.flinkgpu.connectors.table.check;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;

/** Collects what is wrong with a table, a sentence or two each. Single-threaded. */
@Internal
public final class TableProblems {

    private final List<String> problems = new ArrayList<>();

    /**
     * Runs the validation of a factory's options; of a value that cannot be parsed it tells key and
     * reason in one message.
     *
     * @throws ValidationException if the validation does
     */
    public static void validate(Runnable validation) {
        try {
            validation.run();
        } catch (ValidationException invalid) {
            Throwable root = invalid;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw root == invalid
                    ? invalid
                    : new ValidationException(invalid.getMessage() + " " + root.getMessage());
        }
    }

    /** An option's value that cannot be; {@code wayOut} says what can. */
    public void option(ConfigOption<?> option, Object value, String wayOut) {
        option(option.key(), value, wayOut);
    }

    /** A value that cannot be, of an option whose key holds a name. */
    public void option(String key, Object value, String wayOut) {
        problems.add("Invalid %s: %s. %s".formatted(key, value, wayOut));
    }

    /** A column that the table cannot have; {@code wayOut} says what it can. */
    public void column(Column column, String wayOut) {
        problems.add(
                "Invalid column '%s': %s. %s"
                        .formatted(column.getName(), column.getDataType(), wayOut));
    }

    /**
     * Throws what was collected.
     *
     * @throws ValidationException if there is a problem; it tells all
     */
    public void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new ValidationException(String.join(" ", problems));
        }
    }
}
