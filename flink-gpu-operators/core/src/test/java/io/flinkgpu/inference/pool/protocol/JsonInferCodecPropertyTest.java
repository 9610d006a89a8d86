package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What is written in JSON is read as it was; what is damaged is refused and keeps no memory. */
class JsonInferCodecPropertyTest {

    private static final WatchedPool MEMORY = new WatchedPool();
    private static final ServedModel MODEL = new ServedModel("m", "1");
    private static final Pattern OUTPUTS = Pattern.compile("\"outputs\"");

    private final JsonInferCodec codec = new JsonInferCodec(TestingMessages.LIMITS, MEMORY.pool());

    @Property(tries = 300)
    void tensorsComeOutAsTheyWere(@ForAll("batches") TensorBatch batch, @ForAll boolean binary)
            throws Exception {
        Assume.that(binary || hasJsonForm(batch));
        byte[] json = request(batch, binary);

        try (HttpInferRequest read =
                codec.readRequest(MODEL, body(json, batch, binary), OptionalInt.of(json.length))) {
            assertThat(read.request().inputs()).isEqualTo(batch);
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 300)
    void responsesAreReadAsRequests(@ForAll("batches") TensorBatch batch, @ForAll boolean binary)
            throws Exception {
        Assume.that(binary || hasJsonForm(batch));
        InferResponse response = new InferResponse(MODEL, "id", Map.of(), batch);
        HttpInferRequest asked =
                new HttpInferRequest(
                        new InferRequest(MODEL, "", Map.of(), batch, List.of()),
                        binary,
                        Map.of(),
                        true);

        HttpInferResponse written = codec.writeResponse(response, asked);

        ByteBuffer body = ByteBuffer.allocate((int) written.byteSize() - 1);
        byte[] json = TestingMessages.bytes(written.parts().get(0));
        String asRequest =
                OUTPUTS.matcher(new String(json, StandardCharsets.UTF_8))
                        .replaceFirst("\"inputs\"");
        body.put(asRequest.getBytes(StandardCharsets.UTF_8));
        written.parts().stream().skip(1).forEach(body::put);
        try (HttpInferRequest read =
                codec.readRequest(MODEL, body.flip(), OptionalInt.of(json.length - 1))) {
            assertThat(read.request().inputs()).isEqualTo(batch);
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 2000)
    void damagedRequestsAreRefusedOrRead(
            @ForAll("batches") TensorBatch batch,
            @ForAll boolean binary,
            @ForAll @IntRange(min = 1, max = 4) int damages,
            @ForAll Random random)
            throws Exception {
        Assume.that(binary || hasJsonForm(batch));
        byte[] json = request(batch, binary);
        ByteBuffer body = body(json, batch, binary);
        for (int i = 0; i < damages; i++) {
            body.put(random.nextInt(body.limit()), (byte) random.nextInt());
        }
        int length = random.nextInt(10) == 0 ? random.nextInt(json.length) : json.length;

        try {
            codec.readRequest(MODEL, body, OptionalInt.of(length)).close();
        } catch (MalformedMessageException refused) {
            assertThat(refused).message().isNotBlank();
        }
        MEMORY.requireComplete();
    }

    @Provide
    Arbitrary<TensorBatch> batches() {
        return TestingMessages.batches();
    }

    private static boolean hasJsonForm(TensorBatch batch) {
        return batch.tensors().values().stream()
                .map(Tensor::dataType)
                .noneMatch(type -> type == DataType.FLOAT16 || type == DataType.BFLOAT16);
    }

    private static byte[] request(TensorBatch batch, boolean binary) {
        ObjectNode request = JsonNodeFactory.instance.objectNode();
        var inputs = request.putArray("inputs");
        batch.tensors()
                .forEach(
                        (name, tensor) -> {
                            ObjectNode input = inputs.addObject();
                            input.put("name", name);
                            input.put("datatype", tensor.dataType().protocolName());
                            var shape = input.putArray("shape");
                            TestingMessages.axes(tensor).forEach(shape::add);
                            if (binary) {
                                input.putObject("parameters")
                                        .put("binary_data_size", tensor.byteSize());
                            } else {
                                var data = input.putArray("data");
                                var typed = TestingMessages.typed(tensor);
                                typed.getBoolContentsList().forEach(data::add);
                                typed.getIntContentsList().forEach(data::add);
                                typed.getUintContentsList()
                                        .forEach(value -> data.add(Integer.toUnsignedLong(value)));
                                typed.getInt64ContentsList().forEach(data::add);
                                typed.getUint64ContentsList()
                                        .forEach(
                                                value ->
                                                        data.add(
                                                                new BigInteger(
                                                                        Long.toUnsignedString(
                                                                                value))));
                                typed.getFp32ContentsList().forEach(data::add);
                                typed.getFp64ContentsList().forEach(data::add);
                                typed.getBytesContentsList()
                                        .forEach(value -> data.add(value.toStringUtf8()));
                            }
                        });
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ByteBuffer body(byte[] json, TensorBatch batch, boolean binary) {
        ByteBuffer body = ByteBuffer.allocate(json.length + (int) batch.byteSize());
        body.put(json);
        if (binary) {
            batch.tensors().values().forEach(tensor -> body.put(tensor.data()));
        }
        return body.flip();
    }
}
