package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message with tensors that was read and not yet understood.
 *
 * <p>Fields may stand in any order. Raw contents lie in pooled memory, copied once from the stream;
 * what no tensor takes over is given back when the message is closed. Single-threaded.
 */
final class ReceivedMessage implements AutoCloseable {

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private final List<byte[]> tensors = new ArrayList<>();
    private final ArrayDeque<PooledBuffer> rawContents = new ArrayDeque<>();
    private final ProtocolLimits limits;

    private ReceivedMessage(ProtocolLimits limits) {
        this.limits = limits;
    }

    /**
     * Reads a stream to its end.
     *
     * @throws MalformedMessageException if it is no message, or too long
     */
    static ReceivedMessage read(InputStream stream, MessageFields fields, ProtocolLimits limits)
            throws IOException {
        if (stream.available() > limits.maxMessageBytes()) {
            throw new MalformedMessageException(
                    "Invalid message: %d bytes. %d are the most."
                            .formatted(stream.available(), limits.maxMessageBytes()));
        }
        ReceivedMessage message = new ReceivedMessage(limits);
        try {
            message.readFields(new WireReader(stream), fields);
            return message;
        } catch (IOException | RuntimeException failure) {
            message.close();
            throw failure;
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
        Map<String, Tensor> built = new LinkedHashMap<>();
        try {
            requireOneForm(heads);
            for (ReceivedTensor tensor : heads) {
                if (built.containsKey(tensor.head().name())) {
                    throw tensor.head().invalid("it comes twice");
                }
                built.put(tensor.head().name(), build(tensor));
            }
            return TensorBatch.of(built);
        } catch (MalformedMessageException malformed) {
            built.values().forEach(Tensor::close);
            throw malformed;
        } catch (RuntimeException mismatch) {
            built.values().forEach(Tensor::close);
            throw new MalformedMessageException(mismatch.getMessage(), mismatch);
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
                rawContents.add(reader.readPooled(DirectBufferPool.ofProcess()));
            } else if (field == fields.tensors()) {
                tensors.add(reader.readBytes());
            } else {
                copy.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
                copy.writeByteArrayNoTag(reader.readBytes());
            }
        }
        copy.flush();
    }

    private Tensor build(ReceivedTensor tensor) throws MalformedMessageException {
        return rawContents.isEmpty()
                ? tensor.head().withTyped(tensor.typed(), limits)
                : tensor.head().withRaw(rawContents.removeFirst(), limits);
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
}
