package io.flinkgpu.connectors.file;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * How serializers write a {@link ReadFailure} that may be missing: a boolean, and where it is true
 * the class and the cause.
 */
@Internal
public final class ReadFailures {

    private ReadFailures() {}

    /** Writes a failure, or that there is none. */
    public static void write(@Nullable ReadFailure failure, DataOutputView target)
            throws IOException {
        target.writeBoolean(failure != null);
        if (failure != null) {
            StringValue.writeString(failure.errorClass(), target);
            StringValue.writeString(failure.cause(), target);
        }
    }

    /** Reads what {@link #write} wrote. */
    @Nullable
    public static ReadFailure read(DataInputView source) throws IOException {
        return source.readBoolean()
                ? new ReadFailure(StringValue.readString(source), StringValue.readString(source))
                : null;
    }

    /** Copies what {@link #write} wrote from view to view. */
    public static void copy(DataInputView source, DataOutputView target) throws IOException {
        boolean failed = source.readBoolean();
        target.writeBoolean(failed);
        if (failed) {
            StringValue.copyString(source, target);
            StringValue.copyString(source, target);
        }
    }
}
