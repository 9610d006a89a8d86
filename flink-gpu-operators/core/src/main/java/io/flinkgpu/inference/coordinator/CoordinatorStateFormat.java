package io.flinkgpu.inference.coordinator;

import io.flinkgpu.inference.health.NodeBlock;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ReplicaDevice;
import io.flinkgpu.inference.pool.ReplicaLoad;
import io.flinkgpu.inference.pool.ReplicaState;
import io.flinkgpu.inference.pool.ServedModel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * The bytes of a {@link CoordinatorState} in checkpoints and savepoints: a byte with the version,
 * then the fields one after the other. A list is its size and its elements.
 *
 * <p>Version 1: the memberships (pool address, replicas: host, port, server name, node, device id
 * and name, state by name, models: name, version), then the blocks (node, cause, seconds and
 * nanoseconds of the end since the epoch). Later versions read all earlier ones.
 */
final class CoordinatorStateFormat {

    private static final byte VERSION = 1;
    private static final int FIRST_BYTES = 256;

    private CoordinatorStateFormat() {}

    /** Writes one element. */
    @FunctionalInterface
    private interface Writer<T> {
        void write(T element, DataOutputView out) throws IOException;
    }

    /** Reads one element. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(DataInputView in) throws IOException;
    }

    static byte[] write(CoordinatorState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(FIRST_BYTES);
        out.writeByte(VERSION);
        writeAll(state.members(), CoordinatorStateFormat::writeMembership, out);
        writeAll(state.blocks(), CoordinatorStateFormat::writeBlock, out);
        return out.getCopyOfBuffer();
    }

    /**
     * Reads what this version or an earlier one has written.
     *
     * @throws IOException if a later version has written it, or something else
     */
    static CoordinatorState read(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "Cannot restore the state of an inference coordinator: its version is %d, and this one reads %d. Restore the job with the release that wrote it, or a later one."
                            .formatted(version, VERSION));
        }
        return new CoordinatorState(
                readAll(CoordinatorStateFormat::readMembership, in),
                readAll(CoordinatorStateFormat::readBlock, in));
    }

    private static void writeMembership(Membership members, DataOutputView out) throws IOException {
        StringValue.writeString(members.pool().toString(), out);
        writeAll(members.replicas(), CoordinatorStateFormat::writeReplica, out);
    }

    private static Membership readMembership(DataInputView in) throws IOException {
        return Membership.remembered(
                PoolAddress.parse(StringValue.readString(in)),
                readAll(CoordinatorStateFormat::readReplica, in));
    }

    private static void writeReplica(Replica replica, DataOutputView out) throws IOException {
        StringValue.writeString(replica.address().host(), out);
        out.writeInt(replica.address().port());
        StringValue.writeString(replica.address().serverName(), out);
        StringValue.writeString(replica.node(), out);
        StringValue.writeString(replica.device().id(), out);
        StringValue.writeString(replica.device().name(), out);
        StringValue.writeString(replica.state().name(), out);
        writeAll(replica.models(), CoordinatorStateFormat::writeModel, out);
    }

    private static Replica readReplica(DataInputView in) throws IOException {
        return new Replica(
                new ReplicaAddress(
                        StringValue.readString(in), in.readInt(), StringValue.readString(in)),
                StringValue.readString(in),
                new ReplicaDevice(StringValue.readString(in), StringValue.readString(in)),
                ReplicaState.valueOf(StringValue.readString(in)),
                new HashSet<>(readAll(CoordinatorStateFormat::readModel, in)),
                ReplicaLoad.idle());
    }

    private static void writeModel(ServedModel model, DataOutputView out) throws IOException {
        StringValue.writeString(model.name(), out);
        StringValue.writeString(model.version(), out);
    }

    private static ServedModel readModel(DataInputView in) throws IOException {
        return new ServedModel(StringValue.readString(in), StringValue.readString(in));
    }

    private static void writeBlock(NodeBlock block, DataOutputView out) throws IOException {
        StringValue.writeString(block.node(), out);
        StringValue.writeString(block.cause(), out);
        Instant until = block.until();
        out.writeLong(until.getEpochSecond());
        out.writeInt(until.getNano());
    }

    private static NodeBlock readBlock(DataInputView in) throws IOException {
        return new NodeBlock(
                StringValue.readString(in),
                StringValue.readString(in),
                Instant.ofEpochSecond(in.readLong(), in.readInt()));
    }

    private static <T> void writeAll(Collection<T> elements, Writer<T> writer, DataOutputView out)
            throws IOException {
        out.writeInt(elements.size());
        for (T element : elements) {
            writer.write(element, out);
        }
    }

    private static <T> List<T> readAll(Reader<T> reader, DataInputView in) throws IOException {
        int size = in.readInt();
        List<T> elements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            elements.add(reader.read(in));
        }
        return elements;
    }
}
