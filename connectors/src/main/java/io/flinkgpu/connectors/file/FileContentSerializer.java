package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link FileContent}.
 *
 * <p>Layout: path, content (int32 length, bytes), a boolean, and where it is true the failure's
 * class and cause. Strings as in Flink's {@link StringValue}, which knows no limit of 64 KiB.
 */
@Internal
public final class FileContentSerializer extends ValueSerializer<FileContent> {

    public static final FileContentSerializer INSTANCE = new FileContentSerializer();

    @Override
    public FileContent createInstance() {
        return FileContent.of("", new byte[0]);
    }

    @Override
    public FileContent copy(FileContent from) {
        return new FileContent(from.path(), from.content().clone(), from.failure());
    }

    @Override
    public void serialize(FileContent file, DataOutputView target) throws IOException {
        StringValue.writeString(file.path(), target);
        writeBytes(file.content(), target);
        target.writeBoolean(file.failure() != null);
        if (file.failure() != null) {
            StringValue.writeString(file.failure().errorClass(), target);
            StringValue.writeString(file.failure().cause(), target);
        }
    }

    @Override
    public FileContent deserialize(DataInputView source) throws IOException {
        return new FileContent(
                StringValue.readString(source), readBytes(source), readFailure(source));
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        int length = source.readInt();
        target.writeInt(length);
        copyBytes(length, source, target);
        boolean failed = source.readBoolean();
        target.writeBoolean(failed);
        if (failed) {
            StringValue.copyString(source, target);
            StringValue.copyString(source, target);
        }
    }

    @Override
    public TypeSerializerSnapshot<FileContent> snapshotConfiguration() {
        return new Snapshot();
    }

    @Nullable
    private static ReadFailure readFailure(DataInputView source) throws IOException {
        return source.readBoolean()
                ? new ReadFailure(StringValue.readString(source), StringValue.readString(source))
                : null;
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FileContent> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
