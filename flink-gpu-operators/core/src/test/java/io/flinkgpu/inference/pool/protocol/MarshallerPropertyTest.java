package io.flinkgpu.inference.pool.protocol;

import static io.flinkgpu.inference.pool.protocol.TestingMessages.LIMITS;
import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.protocol.TestingMessages.Field;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferRequest.InferInputTensor;
import io.flinkgpu.inference.pool.protocol.grpc.ModelInferResponse;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever is sent comes out as it was, or is refused, and never keeps memory. */
class MarshallerPropertyTest {

    private static final WatchedPool MEMORY = new WatchedPool();

    private final InferRequestMarshaller requests =
            new InferRequestMarshaller(LIMITS, MEMORY.pool());
    private final InferResponseMarshaller responses =
            new InferResponseMarshaller(LIMITS, MEMORY.pool());

    @Property(tries = 300)
    void requestsComeOutAsTheyWere(@ForAll("batches") TensorBatch batch) throws Exception {
        byte[] ours = TestingMessages.bytes(requests.stream(request(batch)));
        byte[] theirs = ModelInferRequest.parseFrom(ours).toByteArray();

        for (byte[] message : List.of(ours, theirs)) {
            try (InferRequest read = read(message)) {
                assertThat(read).isEqualTo(request(batch));
                assertThat(read.inputs().names()).containsExactlyElementsOf(batch.names());
            }
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 200)
    void responsesComeOutAsTheyWere(@ForAll("batches") TensorBatch batch) throws Exception {
        InferResponse response =
                new InferResponse(new ServedModel("m", "1"), "id", Map.of("n", 1L), batch);
        byte[] ours = responses.stream(response).readAllBytes(); // closing it closes the response
        byte[] theirs = ModelInferResponse.parseFrom(ours).toByteArray();

        for (byte[] message : List.of(ours, theirs)) {
            try (InferResponse read = responses.read(new ByteArrayInputStream(message))) {
                assertThat(read).isEqualTo(response);
            }
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 200)
    void typedContentsAreTheRawOnes(@ForAll("batches") TensorBatch batch) throws Exception {
        Assume.that(
                batch.tensors().values().stream()
                        .noneMatch(
                                tensor ->
                                        tensor.dataType() == DataType.FLOAT16
                                                || tensor.dataType() == DataType.BFLOAT16));
        ModelInferRequest.Builder typed = ModelInferRequest.newBuilder().setModelName("m");
        batch.tensors()
                .forEach(
                        (name, tensor) ->
                                typed.addInputs(
                                        InferInputTensor.newBuilder()
                                                .setName(name)
                                                .setDatatype(tensor.dataType().protocolName())
                                                .addAllShape(TestingMessages.axes(tensor))
                                                .setContents(TestingMessages.typed(tensor))));

        try (InferRequest read = read(typed.build().toByteArray())) {
            assertThat(read.inputs()).isEqualTo(batch);
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 200)
    void fieldsMayStandInAnyOrder(@ForAll("batches") TensorBatch batch, @ForAll Random random)
            throws Exception {
        byte[] message = TestingMessages.bytes(requests.stream(request(batch)));

        byte[] shuffled = TestingMessages.message(shuffled(message, random));

        try (InferRequest read = read(shuffled)) {
            assertThat(read).isEqualTo(request(batch));
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 200)
    void streamsNeedNotTellTheirLength(
            @ForAll("batches") TensorBatch batch, @ForAll @IntRange(min = 1, max = 50) int chunk)
            throws Exception {
        byte[] message = TestingMessages.bytes(requests.stream(request(batch)));

        try (InferRequest read = requests.read(new TricklingStream(message, chunk))) {
            assertThat(read).isEqualTo(request(batch));
        }
        MEMORY.requireComplete();
    }

    @Property(tries = 1000)
    void randomBytesAreRefusedOrRead(@ForAll @Size(max = 200) byte[] message) {
        readOrRefuse(new ByteArrayInputStream(message));
        readOrRefuse(new TricklingStream(message, 7));
        MEMORY.requireComplete();
    }

    @Property(tries = 2000)
    void damagedMessagesAreRefusedOrRead(
            @ForAll("batches") TensorBatch batch,
            @ForAll @IntRange(min = 1, max = 4) int damages,
            @ForAll Random random)
            throws Exception {
        byte[] message = TestingMessages.bytes(requests.stream(request(batch)));
        for (int i = 0; i < damages; i++) {
            message = damaged(message, random);
        }

        readOrRefuse(new ByteArrayInputStream(message));
        MEMORY.requireComplete();
    }

    @Provide
    Arbitrary<TensorBatch> batches() {
        return TestingMessages.batches();
    }

    private void readOrRefuse(InputStream message) {
        try {
            requests.read(message).close();
        } catch (MalformedMessageException refused) {
            assertThat(refused).message().isNotBlank();
        }
    }

    private InferRequest read(byte[] message) throws MalformedMessageException {
        return requests.read(new ByteArrayInputStream(message));
    }

    private static InferRequest request(TensorBatch batch) {
        return new InferRequest(
                new ServedModel("m", "2"), "é", Map.of("p", "v"), batch, List.of("y", "x"));
    }

    /** Keeps the order of the fields of one number, which has a meaning. */
    private static List<Field> shuffled(byte[] message, Random random) throws Exception {
        Map<Integer, ArrayDeque<Field>> byNumber = new LinkedHashMap<>();
        List<Integer> numbers = new ArrayList<>();
        for (Field field : TestingMessages.fields(message)) {
            byNumber.computeIfAbsent(field.number(), number -> new ArrayDeque<>()).add(field);
            numbers.add(field.number());
        }
        Collections.shuffle(numbers, random);
        return numbers.stream().map(number -> byNumber.get(number).removeFirst()).toList();
    }

    private static byte[] damaged(byte[] message, Random random) {
        int at = random.nextInt(message.length + 1);
        byte[] tail = Arrays.copyOfRange(message, at, message.length);
        return switch (random.nextInt(4)) {
            case 0 -> Arrays.copyOf(message, Math.max(1, at));
            case 1 -> joined(Arrays.copyOf(message, at + 1), tail);
            case 2 -> joined(Arrays.copyOf(message, at), Arrays.copyOf(message, at), tail);
            default -> {
                byte[] changed = message.clone();
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                yield changed;
            }
        };
    }

    private static byte[] joined(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
