package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.flinkgpu.inference.pool.protocol.grpc.InferParameter;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is written is read again, and whatever else comes is refused without a trace. */
class InferMarshallersPropertyTest {

    private static final int MAX_MUTATIONS = 8;

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @Property(tries = 300)
    void readsWhatItWrote(
            @ForAll @IntRange(min = 1, max = 5) int rows,
            @ForAll @Size(min = 1, max = 4) List<DataType> types,
            @ForAll Random random)
            throws IOException {
        InferRequest request = Messages.request(batch(rows, types, random));

        try (InferRequest read = Messages.read(Messages.written(request), pool)) {
            assertThat(read.inputs()).isEqualTo(request.inputs());
            assertThat(read.inputs().names()).containsExactlyElementsOf(request.inputs().names());
            assertThat(read.id()).isEqualTo(request.id());
        }
        assertThat(pool.borrowedBytes()).isZero();
    }

    @Property(tries = 200)
    void readsFieldsInAnyOrder(
            @ForAll @Size(min = 1, max = 3) List<DataType> types, @ForAll Random random)
            throws IOException {
        InferRequest request = Messages.request(batch(2, types, random));
        List<ByteString> fields = fields(Messages.written(request));

        ByteString shuffled = ByteString.copyFrom(shuffled(fields, random));

        try (InferRequest read = Messages.read(shuffled.toByteArray(), pool)) {
            ModelInferRequest oracle = ModelInferRequest.parseFrom(shuffled);
            for (int i = 0; i < types.size(); i++) {
                Tensor tensor = read.inputs().tensor(oracle.getInputs(i).getName());
                assertThat(tensor.data())
                        .isEqualTo(oracle.getRawInputContents(i).asReadOnlyByteBuffer());
            }
        }
        assertThat(pool.borrowedBytes()).isZero();
    }

    @Property(tries = 2000)
    void refusesRandomBytes(@ForAll @Size(max = 200) byte[] message) {
        readOrRefuse(message);
    }

    @Property(tries = 3000)
    void readsOrRefusesMutatedMessages(
            @ForAll @Size(min = 1, max = 3) List<DataType> types, @ForAll Random random)
            throws IOException {
        byte[] message =
                random.nextBoolean()
                        ? Messages.written(Messages.request(batch(2, types, random)))
                        : typed(random);

        readOrRefuse(mutated(message, random));
    }

    @Property(tries = 1000)
    void readsOrRefusesMutatedJson(@ForAll Random random) throws Exception {
        String json =
                """
                {"id": "7", "parameters": {"binary_data_output": true, "a": 1.5},
                 "inputs": [
                  {"name": "x", "shape": [2, 2], "datatype": "INT32", "data": [[1, 2], [3, -4]]},
                  {"name": "s", "shape": [2], "datatype": "BYTES", "data": ["a", "\\u00e4"]},
                  {"name": "f", "shape": [2], "datatype": "FP64", "data": [1e3, -0.5]},
                  {"name": "b", "shape": [2], "datatype": "UINT8",
                   "parameters": {"binary_data_size": 2}}],
                 "outputs": [{"name": "y", "parameters": {"binary_data": false}}]}""";
        byte[] header = mutated(json.getBytes(StandardCharsets.UTF_8), random);
        ByteBuffer body = ByteBuffer.allocate(header.length + 2).put(header).rewind();

        try {
            new JsonInferCodec(Messages.LIMITS, pool)
                    .readRequest(Messages.MODEL, body, OptionalInt.of(header.length))
                    .close();
        } catch (MalformedMessageException refused) {
            assertThat(refused).hasMessageEndingWith(".");
        }
        assertThat(pool.borrowedBytes()).isZero();
    }

    /** What protobuf itself cannot read we do not read either. */
    private void readOrRefuse(byte[] message) {
        boolean read = false;
        try {
            new InferRequestMarshaller(Messages.LIMITS, pool)
                    .read(new ByteArrayInputStream(message))
                    .close();
            read = true;
        } catch (IOException refused) {
            assertThat(refused)
                    .isInstanceOfAny(
                            MalformedMessageException.class, InvalidProtocolBufferException.class);
        }
        assertThat(pool.borrowedBytes()).isZero();
        assertThat(!read || isReadable(message)).isTrue();
    }

    private static boolean isReadable(byte[] message) {
        try {
            return ModelInferRequest.parseFrom(message).isInitialized();
        } catch (InvalidProtocolBufferException unreadable) {
            return false;
        }
    }

    private static byte[] typed(Random random) {
        return Messages.typed(
                        DataType.INT16,
                        contents -> contents.addIntContents(random.nextInt(100)).addIntContents(-3),
                        2)
                .toBuilder()
                .putParameters("p", InferParameter.newBuilder().setBoolParam(true).build())
                .build()
                .toByteArray();
    }

    private static byte[] mutated(byte[] message, Random random) {
        byte[] mutated = message.clone();
        int count = 1 + random.nextInt(MAX_MUTATIONS);
        for (int i = 0; i < count; i++) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(3)) {
                case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                case 1 -> mutated[at] = (byte) random.nextInt();
                default -> mutated[at] = mutated[random.nextInt(mutated.length)];
            }
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(mutated.length) : mutated.length;
        return Arrays.copyOf(mutated, length);
    }

    private static TensorBatch batch(int rows, List<DataType> types, Random random) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (DataType type : types) {
            Shape shape =
                    random.nextBoolean()
                            ? Shape.of(rows)
                            : Shape.of(rows, random.nextInt(4), 1 + random.nextInt(3));
            tensors.put("t" + tensors.size(), tensor(type, shape, random));
        }
        return TensorBatch.of(tensors);
    }

    private static Tensor tensor(DataType type, Shape shape, Random random) {
        int elements = (int) shape.elements();
        if (!type.isFixedSize()) {
            byte[][] strings = new byte[elements][];
            for (int i = 0; i < elements; i++) {
                strings[i] = new byte[random.nextInt(10)];
                random.nextBytes(strings[i]);
            }
            return Tensor.ofBytes(shape, strings);
        }
        byte[] content = new byte[elements * type.byteSize()];
        random.nextBytes(content);
        return Tensor.wrap(type, shape, ByteBuffer.wrap(content));
    }

    private static List<ByteString> fields(byte[] message) throws IOException {
        List<ByteString> fields = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(message);
        int start = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            in.skipField(tag);
            fields.add(ByteString.copyFrom(message, start, in.getTotalBytesRead() - start));
            start = in.getTotalBytesRead();
        }
        return fields;
    }

    private static byte[] shuffled(List<ByteString> fields, Random random) {
        List<ByteString> order = new ArrayList<>(fields);
        List<ByteString> tensors =
                fields.stream().filter(InferMarshallersPropertyTest::isTensor).toList();
        Collections.shuffle(order, random);
        // tensors and raw contents keep their order among themselves, which is what pairs them
        List<ByteString> result = new ArrayList<>();
        List<ByteString> left = new ArrayList<>(tensors);
        List<ByteString> raws =
                new ArrayList<>(
                        fields.stream().filter(InferMarshallersPropertyTest::isRaw).toList());
        for (ByteString field : order) {
            if (isTensor(field)) {
                result.add(left.remove(0));
            } else {
                result.add(isRaw(field) ? raws.remove(0) : field);
            }
        }
        return ByteString.copyFrom(result).toByteArray();
    }

    private static boolean isTensor(ByteString field) {
        return field.byteAt(0) >> 3 == ModelInferRequest.INPUTS_FIELD_NUMBER;
    }

    private static boolean isRaw(ByteString field) {
        return field.byteAt(0) >> 3 == ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER;
    }
}
