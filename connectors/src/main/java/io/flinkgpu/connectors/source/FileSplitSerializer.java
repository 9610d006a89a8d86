package io.flinkgpu.connectors.source;

import io.flinkgpu.connectors.listing.ExactPath;
import io.flinkgpu.connectors.listing.FoundFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link FileSplit}.
 *
 * <p>Layout of version 1: id, the position (int32 file, int64 record, int64 offset), int32 files,
 * each with path, int64 size and int64 time of modification.
 */
final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {

    static final FileSplitSerializer INSTANCE = new FileSplitSerializer();

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(FileSplit split) throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(256);
        write(split, target);
        return target.getCopyOfBuffer();
    }

    @Override
    public FileSplit deserialize(int version, byte[] serialized) throws IOException {
        requireVersion(version, VERSION, "split");
        return read(new DataInputDeserializer(serialized));
    }

    static void write(FileSplit split, DataOutputView target) throws IOException {
        StringValue.writeString(split.splitId(), target);
        target.writeInt(split.position().file());
        target.writeLong(split.position().record());
        target.writeLong(split.position().offset());
        target.writeInt(split.files().size());
        for (FoundFile file : split.files()) {
            StringValue.writeString(ExactPath.format(file.path()), target);
            target.writeLong(file.size());
            target.writeLong(file.modifiedMillis());
        }
    }

    static FileSplit read(DataInputView source) throws IOException {
        String id = StringValue.readString(source);
        ReadPosition position =
                new ReadPosition(source.readInt(), source.readLong(), source.readLong());
        int count = source.readInt();
        List<FoundFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            files.add(
                    new FoundFile(
                            ExactPath.parse(StringValue.readString(source)),
                            source.readLong(),
                            source.readLong()));
        }
        return new FileSplit(id, files, position);
    }

    static void requireVersion(int version, int known, String what) throws IOException {
        if (version != known) {
            throw new IOException(
                    "Cannot restore a %s of version %d: this library reads version %d."
                            .formatted(what, version, known));
        }
    }
}
