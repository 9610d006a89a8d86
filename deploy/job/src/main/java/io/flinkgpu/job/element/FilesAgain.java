package io.flinkgpu.job.element;

import io.flinkgpu.connectors.file.FileContent;
import io.flinkgpu.connectors.media.NamedFiles;
import io.flinkgpu.job.row.Field;
import io.flinkgpu.job.row.FieldType;
import io.flinkgpu.job.row.RowSchema;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.streaming.api.datastream.DataStream;

/** How sources whose rows are files, each with its {@code path}, read them again. */
@PublicEvolving
public final class FilesAgain {

    private static final RowSchema REFERENCE = RowSchema.of(Field.of("path", FieldType.STRING));

    private FilesAgain() {}

    /** A redo that reads the file again, as it is by then. */
    public static Redo redo(Function<BuildContext, ElementOutput> builder) {
        return Redo.byReference(REFERENCE, builder);
    }

    /** The files that the input of such an element names. */
    public static DataStream<FileContent> read(NamedFiles files, BuildContext context) {
        return context.place(
                context.input()
                        .map(row -> files.read((String) row.getField(0)))
                        .returns(FileContent.TYPE));
    }
}
