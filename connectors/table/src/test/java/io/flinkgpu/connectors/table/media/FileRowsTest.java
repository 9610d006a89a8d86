package io.flinkgpu.connectors.table.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.file.ReadFailure;
import java.util.List;
import org.apache.flink.table.api.TableRuntimeException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.junit.jupiter.api.Test;

class FileRowsTest {

    private static final FileContent FAILED =
            FileContent.unreadable(
                    "file:/a", new ReadFailure("java.io.IOException", "Cannot read 'a'."));

    @Test
    void makesARowOfAFile() {
        RowData row = rows(OnError.FAIL).map(FileContent.of("file:/a", new byte[3]));

        assertThat(row.getLong(0)).isEqualTo(3);
    }

    @Test
    void failsForAFileThatCannotBeRead() {
        assertThatThrownBy(() -> rows(OnError.FAIL).map(FAILED))
                .isInstanceOf(TableRuntimeException.class)
                .hasMessage(
                        "Cannot go on: Cannot read 'a'. Declare the column error ROW<exception STRING, message STRING> METADATA to get it as a row, or set 'on-error' = 'skip'.");
    }

    @Test
    void leavesOutWhatIsToBeSkipped() {
        assertThat(rows(OnError.SKIP).map(FAILED)).isNull();
    }

    @Test
    void makesARowOfWhatCannotBeReadWhereAColumnSaysWhy() {
        RowData row = rows(OnError.COLUMN).map(FAILED);

        assertThat(row.getLong(0)).isZero();
        assertThat(TableField.error(FAILED.failure()).getString(0))
                .hasToString("java.io.IOException");
    }

    private static FileRows<FileContent> rows(OnError onError) {
        return new FileRows<>(
                List.of(FileContent::size),
                FileContent::failure,
                onError,
                InternalTypeInfo.ofFields(new BigIntType()));
    }
}
