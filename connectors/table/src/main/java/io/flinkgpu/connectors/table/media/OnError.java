package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.table.check.TableProblems;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;

/** What becomes of a file or a sample that cannot be read. */
@PublicEvolving
public enum OnError {
    /** The job fails. */
    FAIL,
    /** It is left out, and counted. */
    SKIP,
    /** It is a row whose column {@code error} says why. */
    COLUMN;

    /** The metadata column that says why. */
    static final String KEY = "error";

    /** What the options say; without a word the columns do. */
    static OnError of(ReadableConfig options, ResolvedSchema schema, TableProblems problems) {
        boolean hasColumn = schema.getColumns().stream().anyMatch(OnError::saysWhy);
        OnError said = options.get(FileTableOptions.ON_ERROR);
        if (said == COLUMN && !hasColumn) {
            problems.option(
                    FileTableOptions.ON_ERROR,
                    said,
                    "Declare the column error ROW<exception STRING, message STRING> METADATA, or choose fail or skip.");
        }
        if (said != null) {
            return said;
        }
        return hasColumn ? COLUMN : FAIL;
    }

    private static boolean saysWhy(Column column) {
        return column instanceof Column.MetadataColumn metadata
                && metadata.getMetadataKey().orElse(metadata.getName()).equals(KEY);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
