package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
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

    private static final int MAX_TENSORS = 4096;
    private static final int MAX_HEAD_BYTES = 1 << 20;
    private static final int FIELD_BYTES = 2;
    private static final int MAX_SHOWN = 8;

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private final List<ReceivedTensor> tensors = new ArrayList<>();
    private final ArrayDeque<PooledBuffer> rawContents = new ArrayDeque<>();
    private final ProtocolLimits limits;
    private final DirectBufferPool pool;
    private long headBytes;

    private ReceivedMessage(ProtocolLimits limits, DirectBufferPool pool) {
        this.limits = limits;
        this.pool = pool;
    }

    /**
     * Reads a stream to its end.
     *
     * @param pool takes raw and typed contents
     * @throws IOException if it is no message, or too long
     */
    static ReceivedMessage read(
            InputStream stream, MessageFields fields, ProtocolLimits limits, DirectBufferPool pool)
            throws IOException {
        ReceivedMessage message = new ReceivedMessage(limits, pool);
        boolean read = false;
        try {
            message.readFields(new WireReader(stream, limits.maxMessageBytes()), fields);
            read = true;
            return message;
        } finally {
            if (!read) {
                message.close();
            }
        }
    }

    /** All fields but the tensors, as they came. */
    byte[] head() {
        return rest.toByteArray();
    }

    /**
     * The tensors with their contents, which they take over; the receiver closes them. To be called
     * once.
     *
     * @throws IOException if heads and contents do not go together
     */
    TensorBatch takeTensors() throws IOException {
        List<TensorHead> heads = heads();
        requireOneForm(heads);
        boolean raw = !rawContents.isEmpty();
        try (TensorsInProgress built = new TensorsInProgress()) {
            for (int i = 0; i < heads.size(); i++) {
                TensorHead head = heads.get(i);
                built.requireNew(head);
                PooledBuffer content =
                        raw
                                ? rawContents.removeFirst()
                                : TypedContents.decode(head, tensors.get(i).typed(), limits, pool);
                built.add(head, head.withContent(content, limits));
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
                requireFew(rawContents.size());
                rawContents.add(reader.readPooled(pool));
            } else if (field == fields.tensors()) {
                addTensor(reader.readBytes(limits.maxMessageBytes()));
            } else {
                copy.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                byte[] bytes = reader.readBytes(MAX_HEAD_BYTES);
                addToHead(bytes.length);
                copy.writeByteArrayNoTag(bytes);
            }
        }
        copy.flush();
    }

    private void addTensor(byte[] message) throws IOException {
        requireFew(tensors.size());
        ReceivedTensor tensor =
                ReceivedTensor.of(
                        message, ModelInferRequest.InferInputTensor.CONTENTS_FIELD_NUMBER);
        addToHead(tensor.head().size());
        tensors.add(tensor);
    }

    /** Parsed, a head takes many times its bytes. */
    private void addToHead(int bytes) throws MalformedMessageException {
        headBytes += bytes + FIELD_BYTES;
        if (headBytes > MAX_HEAD_BYTES) {
            throw new MalformedMessageException(
                    "Invalid message: without the tensors' contents it takes more than %d bytes."
                            .formatted(MAX_HEAD_BYTES));
        }
    }

    private static void requireFew(int tensors) throws MalformedMessageException {
        if (tensors == MAX_TENSORS) {
            throw new MalformedMessageException(
                    "Invalid message: it has more than %d tensors.".formatted(MAX_TENSORS));
        }
    }

    private List<TensorHead> heads() throws IOException {
        List<TensorHead> heads = new ArrayList<>();
        for (ReceivedTensor tensor : tensors) {
            // INVARIANT: on the wire the head of an output is that of an input
            var wire = ModelInferRequest.InferInputTensor.parseFrom(tensor.head());
            TensorHead head =
                    TensorHead.of(wire.getName(), wire.getDatatype(), wire.getShapeList(), limits);
            AnswerParameters.requireNoneOnWire(
                    wire.getParametersMap(), "tensor '%s'".formatted(head.shownName()));
            heads.add(head);
        }
        return heads;
    }

    private void requireOneForm(List<TensorHead> heads) throws MalformedMessageException {
        if (rawContents.isEmpty()) {
            return;
        }
        for (int i = 0; i < heads.size(); i++) {
            if (tensors.get(i).isTyped()) {
                throw heads.get(i).invalid("it has typed contents in a message with raw ones");
            }
        }
        if (rawContents.size() != heads.size()) {
            throw new MalformedMessageException(
                    "Invalid message: %d raw contents for %d tensors %s."
                            .formatted(
                                    rawContents.size(),
                                    heads.size(),
                                    heads.stream()
                                            .limit(MAX_SHOWN)
                                            .map(head -> TensorHead.abbreviated(head.name()))
                                            .toList()));
        }
    }
}
