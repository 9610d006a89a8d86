package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.flinkgpu.inference.pool.protocol.grpc.InferTensorContents;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest.InferInputTensor;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages for tests, made with the generated classes. */
final class TestingMessages {

    static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20, 1 << 16, 1 << 10);

    /** A field of a message, as it lies on the wire. */
    record Field(int number, ByteString content) {}

    private TestingMessages() {}

    /** Batches of one to three tensors of any type and shape, some without elements. */
    static Arbitrary<TensorBatch> batches() {
        Arbitrary<long[]> rowShapes =
                Arbitraries.longs()
                        .between(0, 3)
                        .list()
                        .ofMaxSize(3)
                        .map(list -> list.stream().mapToLong(axis -> axis).toArray());
        Arbitrary<Map<DataType, long[]>> tensors =
                Arbitraries.maps(Arbitraries.of(DataType.class), rowShapes)
                        .ofMinSize(1)
                        .ofMaxSize(3);
        return Combinators.combine(
                        tensors, Arbitraries.integers().between(1, 5), Arbitraries.longs())
                .as((types, rows, seed) -> batch(types, rows, new Random(seed)));
    }

    /** A tensor of random content; strings are ASCII, floating-point numbers finite. */
    static Tensor random(DataType type, Shape shape, Random random) {
        int elements = (int) shape.elements();
        ByteBuffer bytes = ByteBuffer.allocate(elements * 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            switch (type) {
                case BOOL -> bytes.put((byte) random.nextInt(2));
                case FLOAT32 -> bytes.putFloat((float) random.nextGaussian());
                case FLOAT64 -> bytes.putDouble(random.nextGaussian());
                case BYTES -> {
                    byte[] text = new byte[random.nextInt(12)];
                    for (int j = 0; j < text.length; j++) {
                        text[j] = (byte) random.nextInt(128);
                    }
                    bytes.putInt(text.length).put(text);
                }
                default -> {
                    byte[] element = new byte[type.byteSize()];
                    random.nextBytes(element);
                    bytes.put(element);
                }
            }
        }
        return Tensor.wrap(type, shape, bytes.flip());
    }

    static byte[] bytes(InputStream stream) {
        try (stream) {
            return stream.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    static List<Long> axes(Tensor tensor) {
        return Arrays.stream(tensor.shape().toArray()).boxed().toList();
    }

    /** A request for model {@code m} without contents. */
    static ModelInferRequest.Builder request(InferInputTensor.Builder... inputs) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("m");
        for (InferInputTensor.Builder input : inputs) {
            request.addInputs(input);
        }
        return request;
    }

    static InferInputTensor.Builder input(String name, String dataType, long... shape) {
        InferInputTensor.Builder input =
                InferInputTensor.newBuilder().setName(name).setDatatype(dataType);
        for (long axis : shape) {
            input.addShape(axis);
        }
        return input;
    }

    /** The elements of a tensor in the lists of the protocol. */
    static InferTensorContents typed(Tensor tensor) {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        ByteBuffer data = tensor.data();
        while (data.hasRemaining()) {
            switch (tensor.dataType()) {
                case BOOL -> contents.addBoolContents(data.get() != 0);
                case INT8 -> contents.addIntContents(data.get());
                case INT16 -> contents.addIntContents(data.getShort());
                case INT32 -> contents.addIntContents(data.getInt());
                case UINT8 -> contents.addUintContents(Byte.toUnsignedInt(data.get()));
                case UINT16 -> contents.addUintContents(Short.toUnsignedInt(data.getShort()));
                case UINT32 -> contents.addUintContents(data.getInt());
                case INT64 -> contents.addInt64Contents(data.getLong());
                case UINT64 -> contents.addUint64Contents(data.getLong());
                case FLOAT32 -> contents.addFp32Contents(data.getFloat());
                case FLOAT64 -> contents.addFp64Contents(data.getDouble());
                case BYTES -> {
                    byte[] string = new byte[data.getInt()];
                    data.get(string);
                    contents.addBytesContents(ByteString.copyFrom(string));
                }
                default -> throw new IllegalArgumentException("No typed form: " + tensor);
            }
        }
        return contents.build();
    }

    static List<Field> fields(byte[] message) throws IOException {
        List<Field> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            fields.add(new Field(WireFormat.getTagFieldNumber(tag), in.readBytes()));
        }
        return fields;
    }

    static byte[] message(List<Field> fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (Field field : fields) {
            out.writeBytes(field.number(), field.content());
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static TensorBatch batch(Map<DataType, long[]> types, int rows, Random random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        types.forEach(
                (type, rowShape) ->
                        tensors.put(
                                "tensor of " + type,
                                random(type, Shape.of(rowShape).withLeadingAxis(rows), random)));
        return TensorBatch.of(tensors);
    }
}
