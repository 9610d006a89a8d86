package io.flinkgpu.connectors.jdbc;

import java.io.IOException;
import javax.annotation.Nullable;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The only split of a table: what is behind a key.
 *
 * @param last null: the whole table
 */
record TableSplit(@Nullable TableKey last) implements SourceSplit {

    private static final String ID = "table";

    @Override
    public String splitId() {
        return ID;
    }

    /** Layout of version 1: whether there is a key, and the key. */
    static final class Serializer implements SimpleVersionedSerializer<TableSplit> {

        static final Serializer INSTANCE = new Serializer();

        private static final int VERSION = 1;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(TableSplit split) throws IOException {
            DataOutputSerializer target = new DataOutputSerializer(64);
            target.writeBoolean(split.last != null);
            if (split.last != null) {
                TableKey.write(split.last, target);
            }
            return target.getCopyOfBuffer();
        }

        @Override
        public TableSplit deserialize(int version, byte[] serialized) throws IOException {
            if (version != VERSION) {
                throw new IOException(
                        "Cannot read a split of version %d: this is version %d."
                                .formatted(version, VERSION));
            }
            DataInputDeserializer source = new DataInputDeserializer(serialized);
            return new TableSplit(source.readBoolean() ? TableKey.read(source) : null);
        }
    }
}
