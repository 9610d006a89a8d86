package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonInferCodecTest {

    private static final ServedModel MODEL = new ServedModel("m", "2");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final WatchedPool memory = new WatchedPool();
    private final JsonInferCodec codec = new JsonInferCodec(TestingMessages.LIMITS, memory.pool());

    @AfterEach
    void allMemoryIsGivenBack() {
        memory.requireComplete();
    }

    @Test
    void readsARequest() throws Exception {
        try (HttpInferRequest read =
                read(
                        """
                        {
                          "id": "42",
                          "parameters": {"flag": true, "count": 7, "share": 0.5, "text": "é",
                                         "other": [1], "nothing": null},
                          "inputs": [
                            {"name": "flat", "shape": [2, 2], "datatype": "UINT32",
                             "data": [1, 2, 3, 4294967295]},
                            {"name": "nested", "shape": [2, 1, 2], "datatype": "FP32",
                             "parameters": {"note": "any"}, "data": [[[1, 2.5]], [[-3e2, 4]]]},
                            {"name": "text", "shape": [2], "datatype": "BYTES",
                             "data": ["", "na\\u00efve 日本"]}
                          ],
                          "outputs": [{"name": "b"}, {"name": "a", "parameters": {"k": 1}}],
                          "unknown": {"deep": [{}]}
                        }
                        """)) {
            InferRequest request = read.request();
            assertThat(request.model()).isEqualTo(MODEL);
            assertThat(request.id()).isEqualTo("42");
            assertThat(request.parameters())
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of("flag", true, "count", 7L, "share", 0.5, "text", "é"));
            assertThat(request.outputs()).containsExactly("b", "a");
            assertThat(request.inputs().names()).containsExactly("flat", "nested", "text");
            Tensor flat = request.inputs().tensor("flat");
            assertThat(flat.dataType()).isEqualTo(DataType.UINT32);
            assertThat(TestingMessages.bytes(flat.data()))
                    .containsExactly(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, -1, -1, -1, -1);
            assertThat(request.inputs().tensor("nested"))
                    .isEqualTo(Tensor.ofFloats(Shape.of(2, 1, 2), 1, 2.5f, -300, 4));
            assertThat(request.inputs().tensor("text").toStrings()).containsExactly("", "naïve 日本");
            assertThat(read.isBinary("a")).isFalse();
        }
    }

    @Test
    void fieldsOfAnInputMayStandInAnyOrder() throws Exception {
        try (HttpInferRequest read =
                read(
                        """
                        {"inputs": [{"data": [[1], [2]], "shape": [2, 1], "datatype": "INT64",
                                     "name": "x"}]}
                        """)) {
            assertThat(read.request().inputs().tensor("x").toLongs()).containsExactly(1, 2);
            assertThat(read.request().id()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "BOOL; [true, false]; 0100",
                "INT8; [-128, 127]; 807f",
                "INT16; [-32768, 32767]; 0080ff7f",
                "INT32; [-2147483648, 2147483647]; 00000080ffffff7f",
                "INT64; [-9223372036854775808, 1]; 00000000000000800100000000000000",
                "UINT8; [0, 255]; 00ff",
                "UINT16; [0, 65535]; 0000ffff",
                "UINT32; [0, 4294967295]; 00000000ffffffff",
                "UINT64; [0, 18446744073709551615]; 0000000000000000ffffffffffffffff",
                "FP32; [1, 1e-40]; 0000803fc2160100",
                "FP32; [NaN, -Infinity]; 0000c07f000080ff",
                "FP16; [1.5, -Infinity]; 003e00fc",
                "BF16; [1.5, -2.0]; c03f00c0",
                "FP64; [0.1, 1e300]; 9a9999999999b93f9c7500883ce4377e",
                "BYTES; [\"a\", \"\"]; 010000006100000000"
            })
    void readsAndWritesElementsOfEveryType(String type, String data, String bytes)
            throws Exception {
        String request =
                "{\"parameters\": {\"flinkgpu_python_numbers\": true},"
                        + "\"inputs\": [{\"name\": \"x\", \"shape\": [2], \"datatype\": \"%s\","
                        + " \"data\": %s}]}";
        String response =
                "{\"model_name\":\"m\",\"model_version\":\"2\",\"outputs\":[{\"name\":\"x\","
                        + "\"datatype\":\"%s\",\"shape\":[2],\"data\":%s}]}";

        try (HttpInferRequest read = read(request.formatted(type, data))) {
            assertThat(TestingMessages.bytes(read.request().inputs().tensor("x").data()))
                    .asHexString()
                    .isEqualToIgnoringCase(bytes);
            String written = json(codec.writeResponse(echo(read.request()), read));
            if (type.startsWith("FP") && !data.contains("Inf")) {
                assertThat(JSON.readTree(written).at("/outputs/0/data/1").floatValue())
                        .isEqualTo(JSON.readTree(data).get(1).floatValue());
            } else {
                assertThat(written).isEqualTo(response.formatted(type, data.replace(" ", "")));
            }
        }
    }

    @Test
    void readsBinaryInputsBesideOthers() throws Exception {
        String header =
                """
                {"inputs": [
                  {"name": "raw", "shape": [2, 1], "datatype": "FP16",
                   "parameters": {"binary_data_size": 4}},
                  {"name": "json", "shape": [2], "datatype": "BOOL", "data": [true, false]},
                  {"name": "strings", "shape": [2], "datatype": "BYTES",
                   "parameters": {"binary_data_size": 11}}
                ]}
                """;
        byte[] binary = {0, 60, 0, -64, 1, 0, 0, 0, 'a', 2, 0, 0, 0, 'b', 'c'};

        try (HttpInferRequest read = read(header, binary)) {
            TensorBatch inputs = read.request().inputs();
            assertThat(inputs.names()).containsExactly("raw", "json", "strings");
            assertThat(inputs.tensor("raw").dataType()).isEqualTo(DataType.FLOAT16);
            assertThat(TestingMessages.bytes(inputs.tensor("raw").data()))
                    .containsExactly(0, 60, 0, -64);
            assertThat(inputs.tensor("strings").toStrings()).containsExactly("a", "bc");
        }
    }

    @Test
    void writesAResponse() throws Exception {
        try (HttpInferRequest request = read(minimal(""))) {
            HttpInferResponse written =
                    codec.writeResponse(
                            new InferResponse(
                                    MODEL,
                                    "42",
                                    Map.of("flinkgpu_cached", true),
                                    TensorBatch.of("y", Tensor.ofFloats(Shape.of(1, 2), 0.5f, -1))),
                            request);

            assertThat(written.headerLength()).isEmpty();
            assertThat(JSON.readTree(json(written)))
                    .isEqualTo(
                            JSON.readTree(
                                    """
                                    {"model_name": "m", "model_version": "2", "id": "42",
                                     "parameters": {"flinkgpu_cached": true},
                                     "outputs": [{"name": "y", "datatype": "FP32",
                                                  "shape": [1, 2], "data": [0.5, -1.0]}]}
                                    """));
        }
    }

    @Test
    void writesBinaryOutputsBehindTheJson() throws Exception {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("a", Tensor.ofInts(Shape.of(1), 1));
        outputs.put("b", Tensor.ofStrings(Shape.of(1), "é"));
        outputs.put("c", Tensor.ofUint8(Shape.of(1), (byte) 9));
        InferResponse response = new InferResponse(MODEL, "", Map.of(), TensorBatch.of(outputs));

        try (HttpInferRequest request =
                read(
                        minimal(
                                """
                                , "parameters": {"binary_data_output": true, "other": 1},
                                "outputs": [{"name": "a"},
                                  {"name": "b", "parameters": {"binary_data": false}},
                                  {"name": "c", "parameters": {"binary_data": true}}]
                                """))) {
            HttpInferResponse written = codec.writeResponse(response, request);

            assertThat(request.request().parameters()).isEqualTo(Map.of("other", 1L));
            byte[] body = bytes(written);
            int headerLength = written.headerLength().orElseThrow();
            assertThat(written.byteSize()).isEqualTo(body.length);
            assertThat(JSON.readTree(new String(body, 0, headerLength, StandardCharsets.UTF_8)))
                    .isEqualTo(
                            JSON.readTree(
                                    """
                                    {"model_name": "m", "model_version": "2", "outputs": [
                                      {"name": "a", "datatype": "INT32", "shape": [1],
                                       "parameters": {"binary_data_size": 4}},
                                      {"name": "b", "datatype": "BYTES", "shape": [1],
                                       "data": ["é"]},
                                      {"name": "c", "datatype": "UINT8", "shape": [1],
                                       "parameters": {"binary_data_size": 1}}]}
                                    """));
            assertThat(ByteBuffer.wrap(body, headerLength, body.length - headerLength))
                    .isEqualTo(ByteBuffer.wrap(new byte[] {1, 0, 0, 0, 9}));
        }
    }

    @Test
    void writesNumbersThatAreNotFiniteAsNullAndSaysSo() throws Exception {
        Tensor numbers = Tensor.ofFloats(Shape.of(4), 1, Float.NaN, Float.NEGATIVE_INFINITY, 2);
        Tensor finite = Tensor.ofFloats(Shape.of(4), 1, 2, 3, 4);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("some", numbers);
        outputs.put("all", finite);
        InferResponse response = new InferResponse(MODEL, "", Map.of(), TensorBatch.of(outputs));

        try (HttpInferRequest request = read(minimal(""))) {
            JsonNode written = JSON.readTree(json(codec.writeResponse(response, request)));

            assertThat(written.at("/outputs/0/data").toString()).isEqualTo("[1.0,null,null,2.0]");
            assertThat(written.at("/outputs/0/parameters/flinkgpu_null_is_not_finite").asBoolean())
                    .isTrue();
            assertThat(written.at("/outputs/1").has("parameters")).isFalse();
        }
    }

    @Test
    void writesNumbersThatAreNotFiniteAsPythonDoesOnRequest() throws Exception {
        InferResponse response =
                new InferResponse(
                        MODEL,
                        "",
                        Map.of(),
                        TensorBatch.of("y", Tensor.ofDoubles(Shape.of(1), Double.NaN)));
        String python = ", \"parameters\": {\"flinkgpu_python_numbers\": true}";

        try (HttpInferRequest request = read(minimal(python))) {
            assertThat(json(codec.writeResponse(response, request))).contains("\"data\":[NaN]");
            assertThat(request.request().parameters()).isEmpty();
        }
    }

    @Test
    void fieldsThatAreNullAreLeftOut() throws Exception {
        String request =
                """
                {"id": null, "parameters": null, "outputs": null, "unknown": null, "inputs": [
                  {"name": "x", "datatype": "FP32", "shape": [1], "parameters": null, "data": [1]},
                  {"name": "y", "datatype": "INT8", "shape": [1], "data": null,
                   "parameters": {"binary_data_size": 1}}]}
                """;

        try (HttpInferRequest read = read(request, new byte[] {7})) {
            assertThat(read.request().id()).isEmpty();
            assertThat(read.request().outputs()).isEmpty();
            assertThat(read.request().inputs().tensor("x").toFloats()).containsExactly(1);
            assertThat(read.request().inputs().tensor("y").data().get()).isEqualTo((byte) 7);
        }
    }

    @Test
    void namesOfOutputsMayBeBesideNulls() throws Exception {
        try (HttpInferRequest read =
                read(minimal(", \"outputs\": [{\"name\": \"a\", \"parameters\": null}]"))) {
            assertThat(read.request().outputs()).containsExactly("a");
        }
    }

    @Test
    void passesOverAByteOrderMark() throws Exception {
        String request = "{\"inputs\": [%s]}".formatted(tensor("x", "FP32", "[1]", "[2.5]"));

        try (HttpInferRequest read = read("\ufeff" + request)) {
            assertThat(read.request().inputs().tensor("x").toFloats()).containsExactly(2.5f);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"classification\": 2}; classification",
                "{\"shared_memory_region\": \"r\", \"binary_data\": true}; shared_memory_region",
            })
    void refusesParametersOfOutputsThatWouldChangeTheAnswer(String parameters, String named) {
        String outputs = ", \"outputs\": [{\"name\": \"y\", \"parameters\": %s}]";

        assertThatThrownBy(() -> read(minimal(outputs.formatted(parameters))))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Invalid request: parameter '%s' of output 'y' asks for what this server does not do. Leave it out."
                                .formatted(named));
    }

    @Test
    void refusesSequencesAndSharedMemoryOfInputs() {
        assertThatThrownBy(() -> read(minimal(", \"parameters\": {\"sequence_id\": 3}")))
                .hasMessageContaining("parameter 'sequence_id' of the request");
        assertThatThrownBy(
                        () ->
                                read(
                                        input(
                                                "\"name\": \"x\", \"datatype\": \"FP32\","
                                                        + " \"shape\": [1], \"parameters\":"
                                                        + " {\"shared_memory_region\": \"r\"}")))
                .hasMessageContaining("parameter 'shared_memory_region' of input 'x'");
    }

    @Test
    void takesParametersThatAskForNothing() throws Exception {
        String neutral =
                ", \"parameters\": {\"sequence_id\": 0, \"sequence_start\": false, \"priority\":"
                        + " 1}";

        read(minimal(neutral)).close();
    }

    @Test
    void refusesOutputsThatJsonCannotHold() throws Exception {
        Tensor bytes = Tensor.ofBytes(Shape.of(1), new byte[] {(byte) 0xff});
        Tensor large = Tensor.ofLongs(Shape.of(1 << 20), new long[1 << 20]);

        try (HttpInferRequest request = read(minimal(""))) {
            assertUnwritable(bytes, request, "it has a string that is not UTF-8");
            assertUnwritable(large, request, "the response takes more than 1048576 bytes in JSON");
        }
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                refused("", "Invalid request: its JSON is not an object."),
                refused("[]", "Invalid request: its JSON is not an object."),
                refused("{} {}", "Invalid request: something follows its JSON."),
                refused("{\"inputs\": 1}", "Invalid request: inputs is not an array."),
                refused("{\"inputs\": [1]}", "Invalid request: an input is not an object."),
                refused("{\"id\": 1}", "Invalid request: the value of id is not a string."),
                refused("{}", "Invalid batch: no tensor. It needs at least one."),
                refused(input("\"datatype\": \"FP32\""), "Invalid tensor: it has no name."),
                refused(
                        x("FP32", "[1]", null),
                        "Invalid tensor 'x': it has neither data nor the parameter"
                                + " binary_data_size."),
                refused(
                        x("FP32", "[-1]", "[1]"),
                        "Invalid tensor 'x': its shape is [-1], and the first axis must be the"
                                + " batch, at least 1."),
                refused(
                        x("FP32", "[1.5]", "[1]"),
                        "Invalid request: a shape holds other than whole numbers."),
                refused(
                        x("FP32", "[60000]", "[1]"),
                        "Invalid tensor 'x': FP32 [60000] takes 60000 elements, which 3 bytes of"
                                + " data cannot hold."),
                refused(
                        x("FP32", "[2]", "[1.25]"),
                        "Invalid tensor 'x': FP32 [2] takes 2 elements but 1 came."),
                refused(
                        x("FP32", "[1]", "[1, 2]"),
                        "Invalid tensor 'x': FP32 [1] takes 1 elements but more came."),
                refused(
                        x("FP32", "[2, 2]", "[[1, 2, 3], [4]]"),
                        "Invalid tensor 'x': axis 1 of its shape [2, 2] is 3 long in its data."),
                refused(
                        x("FP32", "[2, 2]", "[[1, 2]]"),
                        "Invalid tensor 'x': axis 0 of its shape [2, 2] is 1 long in its data."),
                refused(
                        x("FP32", "[2, 1]", "[[1], 2]"),
                        "Invalid tensor 'x': axis 0 of its shape [2, 1] is 1 long in its data."),
                refused(
                        x("FP32", "[1, 1]", "[[[1]]]"),
                        "Invalid tensor 'x': FP32 takes numbers but element 1 is START_ARRAY."),
                refused(
                        x("FP32", "[2]", "[[1], [2]]"),
                        "Invalid tensor 'x': its data nests in another way than its shape [2]."),
                refused(
                        x("FP32", "[1]", "[\"1\"]"),
                        "Invalid tensor 'x': FP32 takes numbers but element 1 is VALUE_STRING."),
                refused(
                        x("INT32", "[1]", "[1.5]"),
                        "Invalid tensor 'x': INT32 takes whole numbers but element 1 is"
                                + " VALUE_NUMBER_FLOAT."),
                refused(
                        x("BOOL", "[1]", "[1]"),
                        "Invalid tensor 'x': BOOL takes true or false but element 1 is"
                                + " VALUE_NUMBER_INT."),
                refused(
                        x("INT8", "[1]", "[128]"),
                        "Invalid tensor 'x': element 128 is out of the range of INT8."),
                refused(
                        x("UINT8", "[1]", "[-1]"),
                        "Invalid tensor 'x': element 18446744073709551615 is out of the range of"
                                + " UINT8."),
                refused(
                        x("FP32", "[1]", "[null]"),
                        "Invalid tensor 'x': FP32 takes numbers but element 1 is VALUE_NULL."),
                refused(
                        x("INT32", "[1, 1, 1]", "[[1]]"),
                        "Invalid tensor 'x': its data nests in another way than its shape"
                                + " [1, 1, 1]."),
                refused(
                        x("UINT64", "[1]", "[-1]"),
                        "Invalid tensor 'x': element -1 is out of the range of UINT64."),
                refused(
                        x("FP32", "[1]", "[1e39]"),
                        "Invalid tensor 'x': element 1e39 is out of the range of FP32."),
                refused(
                        x("FP64", "[1]", "[1e309]"),
                        "Invalid tensor 'x': element 1e309 is out of the range of FP64."),
                refused(
                        x("FP16", "[1]", "[65520]"),
                        "Invalid tensor 'x': element 65520 is out of the range of FP16."),
                refused(
                        input(
                                "\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1],"
                                        + " \"data\": [1],"
                                        + " \"parameters\": {\"binary_data_size\": 4}"),
                        "Invalid tensor 'x': it has both data and the parameter"
                                + " binary_data_size."),
                refused(
                        input(
                                "\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1],"
                                        + " \"parameters\": {\"binary_data_size\": 4}"),
                        "Invalid tensor 'x': its binary_data_size is 4, and 0 bytes are left"
                                + " behind the JSON."),
                refused(
                        input(
                                "\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1],"
                                        + " \"parameters\": {\"binary_data_size\": -4}"),
                        "Invalid tensor 'x': its binary_data_size is -4, and 0 bytes are left"
                                + " behind the JSON."),
                refused(
                        "{\"inputs\": [%s, %s]}"
                                .formatted(
                                        tensor("x", "FP32", "[1]", "[1]"),
                                        tensor("x", "FP32", "[1]", "[1]")),
                        "Invalid tensor 'x': it comes twice."),
                refused(
                        "{\"inputs\": [%s, %s]}"
                                .formatted(
                                        tensor("x", "FP32", "[1]", "[1]"),
                                        tensor("y", "FP32", "[2]", "[1, 2]")),
                        "Invalid batch: tensor 'y' has shape [2]. Its batch axis must be 1."));
    }

    @ParameterizedTest
    @MethodSource
    void malformed(String body, String message) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(message);
    }

    @Test
    void refusesTextThatIsNoJson() {
        assertThatThrownBy(() -> read("{\"inputs\": ["))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("Cannot read request: Unexpected end-of-input");
        assertThatThrownBy(() -> read("[".repeat(50_000)))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> read("{\"a\": ".repeat(200)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("nesting depth");
    }

    @Test
    void refusesTextThatIsNotUtf8() {
        byte[] utf16 = minimal("").getBytes(StandardCharsets.UTF_16LE);

        assertThatThrownBy(
                        () -> codec.readRequest(MODEL, ByteBuffer.wrap(utf16), OptionalInt.empty()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("Cannot read request: ");
    }

    @Test
    void refusesStringsBeyondTheLimit() throws Exception {
        String most = "a".repeat((int) TestingMessages.LIMITS.maxStringBytes());
        read(x("BYTES", "[1]", "[\"" + most + "\"]")).close();

        assertThatThrownBy(() -> read(x("BYTES", "[1]", "[\"" + "a".repeat(70_000) + "\"]")))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageStartingWith("Invalid tensor 'x': its data cannot be read: ");
        assertThatThrownBy(() -> read(x("BYTES", "[1]", "[\"" + "é".repeat(600) + "\"]")))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Invalid tensor 'x': it has a string of 1200 bytes, and 1024 is the"
                                + " most.");
    }

    @Test
    void refusesBodiesBeyondTheLimit() {
        ByteBuffer body = ByteBuffer.allocate((1 << 20) + 1);

        assertThatThrownBy(() -> codec.readRequest(MODEL, body, OptionalInt.empty()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Invalid request: 1048577 bytes. 1048576 are the most.");
    }

    @ParameterizedTest
    @CsvSource({"-1", "3"})
    void refusesHeaderLengthsBeyondTheBody(int length) {
        assertThatThrownBy(
                        () ->
                                codec.readRequest(
                                        MODEL, ByteBuffer.allocate(2), OptionalInt.of(length)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Invalid Inference-Header-Content-Length: %d. It must be 0 to the body's 2"
                                        .formatted(length)
                                + " bytes.");
    }

    @Test
    void refusesBinaryDataOfNoInput() {
        assertThatThrownBy(() -> read(minimal(""), new byte[3]))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Invalid request: 3 bytes of binary data belong to no input.");
    }

    private void assertUnwritable(Tensor output, HttpInferRequest request, String reason) {
        InferResponse response =
                new InferResponse(MODEL, "", Map.of(), TensorBatch.of("y", output));

        assertThatThrownBy(() -> codec.writeResponse(response, request))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(
                        "Cannot write output 'y': %s. Ask for it with binary_data: true."
                                .formatted(reason));
    }

    private HttpInferRequest read(String json) throws MalformedMessageException {
        ByteBuffer body = ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
        return codec.readRequest(MODEL, body, OptionalInt.empty());
    }

    private HttpInferRequest read(String header, byte[] binary) throws MalformedMessageException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocateDirect(json.length + binary.length);
        body.put(json).put(binary).flip();
        return codec.readRequest(MODEL, body, OptionalInt.of(json.length));
    }

    private static InferResponse echo(InferRequest request) {
        return new InferResponse(request.model(), request.id(), Map.of(), request.inputs());
    }

    private static String json(HttpInferResponse response) {
        return new String(bytes(response), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(HttpInferResponse response) {
        ByteBuffer body = ByteBuffer.allocate((int) response.byteSize());
        response.parts().forEach(part -> body.put(part.duplicate()));
        return body.array();
    }

    private static Arguments refused(String body, String message) {
        return Arguments.of(body, message);
    }

    private static String minimal(String more) {
        return "{\"inputs\": [%s]%s}".formatted(tensor("x", "FP32", "[1]", "[1]"), more);
    }

    private static String x(String type, String shape, String data) {
        return "{\"inputs\": [%s]}".formatted(tensor("x", type, shape, data));
    }

    private static String input(String fields) {
        return "{\"inputs\": [{%s}]}".formatted(fields);
    }

    private static String tensor(String name, String type, String shape, String data) {
        String end = data == null ? "}" : ", \"data\": " + data + "}";
        return "{\"name\": \"%s\", \"datatype\": \"%s\", \"shape\": %s".formatted(name, type, shape)
                + end;
    }
}
