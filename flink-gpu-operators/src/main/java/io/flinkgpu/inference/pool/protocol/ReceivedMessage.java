package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with tensors that was read and not yet understood.
 *
 * <p>Fields may stand in any order. Raw contents lie in pooled memory, copied once from the stream;
 * what no tensor takes over is given back when the message is closed. Single-threaded.
 */
final class ReceivedMessage implements AutoCloseable {

    /** The least piece of pooled memory is much larger than an empty tensor in a message. */
    private static final int MAX_TENSORS = 4096;

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private final List<byte[]> tensors = new ArrayList<>();
    private final ArrayDeque<PooledBuffer> rawContents = new ArrayDeque<>();
    private final ProtocolLimits limits;
    private final DirectBufferPool pool;

    private ReceivedMessage(ProtocolLimits limits, DirectBufferPool pool) {
        this.limits = limits;
        this.pool = pool;
    }

    /**
     * Reads a stream to its end.
     *
     * @throws IOException if it is no message, or too long
     */
    static ReceivedMessage read(
            InputStream stream, MessageFields fields, ProtocolLimits limits, DirectBufferPool pool)
            throws IOException {
        if (stream.available() > limits.maxMessageBytes()) {
            throw new MalformedMessageException(
                    "Invalid message: %d bytes. %d are the most."
                            .formatted(stream.available(), limits.maxMessageBytes()));
        }
        ReceivedMessage message = new ReceivedMessage(limits, pool);
        boolean complete = false;
        try {
            message.readFields(new WireReader(stream, pool, limits.maxMessageBytes()), fields);
            complete = true;
            return message;
        } finally {
            if (!complete) {
                message.close();
            }
        }
    }

    /** All fields but the tensors, as they came. */
    byte[] head() {
        return rest.toByteArray();
    }

    /** Tensors without their raw contents, as they came. */
    List<byte[]> tensors() {
        return tensors;
    }

    /**
     * The tensors with their contents, which they take over.
     *
     * @throws MalformedMessageException if heads and contents do not go together
     */
    TensorBatch tensors(List<ReceivedTensor> heads) throws MalformedMessageException {
        requireOneForm(heads);
        try (TensorsInProgress built = new TensorsInProgress()) {
            for (ReceivedTensor tensor : heads) {
                built.requireNew(tensor.head());
                built.add(tensor.head(), tensor.head().withContent(content(tensor), limits));
            }
            return built.toBatch();
        }
    }

    @Override
    public void close() {
        rawContents.forEach(PooledBuffer::release);
        rawContents.clear();
    }

    private void readFields(WireReader reader, MessageFields fields) throws IOException {
        CodedOutputStream copy = CodedOutputStream.newInstance(rest);
        for (int tag = reader.nextTag(); tag != 0; tag = reader.nextTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                // INVARIANT: every field of both messages is length-delimited
                reader.skip(tag);
            } else if (field == fields.rawContents()) {
                requireFewer(rawContents.size());
                rawContents.add(reader.readPooled());
            } else if (field == fields.tensors()) {
                requireFewer(tensors.size());
                tensors.add(reader.readBytes());
            } else {
                copy.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                copy.writeByteArrayNoTag(reader.readBytes());
            }
        }
        copy.flush();
    }

    private PooledBuffer content(ReceivedTensor tensor) throws MalformedMessageException {
        if (!rawContents.isEmpty()) {
            return rawContents.removeFirst();
        }
        InferTensorContents typed =
                tensor.typed() == null ? InferTensorContents.getDefaultInstance() : tensor.typed();
        return TypedContents.encode(tensor.head(), typed, pool);
    }

    private void requireOneForm(List<ReceivedTensor> heads) throws MalformedMessageException {
        if (heads.isEmpty()) {
            throw new MalformedMessageException("Invalid message: it has no tensor.");
        }
        if (rawContents.isEmpty()) {
            return;
        }
        for (ReceivedTensor tensor : heads) {
            if (tensor.typed() != null) {
                throw tensor.head().invalid("it has typed contents in a message with raw ones");
            }
        }
        if (rawContents.size() != heads.size()) {
            throw new MalformedMessageException(
                    "Invalid message: %d raw contents for %d tensors."
                            .formatted(rawContents.size(), heads.size()));
        }
    }

    private static void requireFewer(int count) throws MalformedMessageException {
        if (count >= MAX_TENSORS) {
            throw new MalformedMessageException(
                    "Invalid message: more than %d tensors.".formatted(MAX_TENSORS));
        }
    }
}
