package io.flinkgpu.connectors.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Serializer of {@link DiscoveryState}.
 *
 * <p>Layout of version 1: a boolean, the next number (int64), int32 pending splits as {@link
 * FileSplitSerializer} writes them, and the seen files as {@link SeenFiles} does.
 */
final class DiscoveryStateSerializer implements SimpleVersionedSerializer<DiscoveryState> {

    static final DiscoveryStateSerializer INSTANCE = new DiscoveryStateSerializer();

    private static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(DiscoveryState state) throws IOException {
        DataOutputSerializer target = new DataOutputSerializer(1024);
        target.writeBoolean(state.isComplete());
        target.writeLong(state.nextSplit());
        target.writeInt(state.pending().size());
        for (FileSplit split : state.pending()) {
            FileSplitSerializer.write(split, target);
        }
        state.seen().write(target);
        return target.getCopyOfBuffer();
    }

    @Override
    public DiscoveryState deserialize(int version, byte[] serialized) throws IOException {
        FileSplitSerializer.requireVersion(version, VERSION, "source's state");
        DataInputDeserializer source = new DataInputDeserializer(serialized);
        boolean isComplete = source.readBoolean();
        long nextSplit = source.readLong();
        int count = source.readInt();
        List<FileSplit> pending = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pending.add(FileSplitSerializer.read(source));
        }
        return new DiscoveryState(isComplete, nextSplit, pending, SeenFiles.read(source));
    }
}
