package io.flinkgpu.connectors.file;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link FileContent}.
 *
 * <p>Layout: path, content (int32 length, bytes), content type, size and time of modification
 * (int64 each), a boolean, and where it is true the failure's class and cause. Strings as in
 * Flink's {@link StringValue}, which knows no limit of 64 KiB.
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
        return new FileContent(
                from.path(),
                from.content().clone(),
                from.contentType(),
                from.size(),
                from.modifiedMillis(),
                from.failure());
    }

    @Override
    public void serialize(FileContent file, DataOutputView target) throws IOException {
        StringValue.writeString(file.path(), target);
        writeBytes(file.content(), target);
        StringValue.writeString(file.contentType(), target);
        target.writeLong(file.size());
        target.writeLong(file.modifiedMillis());
        ReadFailures.write(file.failure(), target);
    }

    @Override
    public FileContent deserialize(DataInputView source) throws IOException {
        return new FileContent(
                StringValue.readString(source),
                readBytes(source),
                StringValue.readString(source),
                source.readLong(),
                source.readLong(),
                ReadFailures.read(source));
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        int length = source.readInt();
        target.writeInt(length);
        copyBytes(length, source, target);
        StringValue.copyString(source, target);
        target.writeLong(source.readLong());
        target.writeLong(source.readLong());
        ReadFailures.copy(source, target);
    }

    @Override
    public TypeSerializerSnapshot<FileContent> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<FileContent> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
