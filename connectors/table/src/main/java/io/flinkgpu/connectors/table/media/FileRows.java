package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.file.ReadFailure;
import io.flinkgpu.connectors.source.RecordMapping;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/** Makes rows of records; what cannot be read fails, is left out, or is a row, as is wanted. */
record FileRows<T>(
        List<TableField<T>> fields,
        Failures<T> failures,
        OnError onError,
        TypeInformation<RowData> type)
        implements RecordMapping<T, RowData> {

    @Nullable
    @Override
    public RowData map(T record) {
        if (onError != OnError.COLUMN) {
            ReadFailure failure = failures.of(record);
            if (failure != null) {
                return leaveOut(failure);
            }
        }
        GenericRowData row = new GenericRowData(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            row.setField(i, fields.get(i).of(record));
        }
        return row;
    }

    @Nullable
    private RowData leaveOut(ReadFailure failure) {
        if (onError == OnError.SKIP) {
            return null;
        }
        throw new TableRuntimeException(
                "Cannot go on: %s Declare the column error ROW<exception STRING, message STRING> METADATA to get it as a row, or set 'on-error' = 'skip'."
                        .formatted(failure.cause()));
    }
}
