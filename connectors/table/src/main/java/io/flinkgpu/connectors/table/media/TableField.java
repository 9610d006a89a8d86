package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.file.ReadFailure;
import java.io.Serializable;
import javax.annotation.Nullable;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;

/**
 * A field that can be made of a record.
 *
 * @param <T> the records
 */
@FunctionalInterface
interface TableField<T> extends Serializable {

    /** The type of the metadata column {@code error}. */
    DataType ERROR =
            DataTypes.ROW(
                    DataTypes.FIELD("exception", DataTypes.STRING()),
                    DataTypes.FIELD("message", DataTypes.STRING()));

    /** The type of times. */
    DataType TIME = DataTypes.TIMESTAMP_LTZ(3);

    /** The field as one of Flink's internal data structures. */
    @Nullable
    Object of(T record);

    static StringData text(String text) {
        return StringData.fromString(text);
    }

    /** Null where nobody says. */
    @Nullable
    static TimestampData time(long epochMillis) {
        return epochMillis == 0 ? null : TimestampData.fromEpochMillis(epochMillis);
    }

    @Nullable
    static GenericRowData error(@Nullable ReadFailure failure) {
        return failure == null
                ? null
                : GenericRowData.of(text(failure.errorClass()), text(failure.cause()));
    }
}
