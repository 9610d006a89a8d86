package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flinkgpu.inference.pool.protocol.grpc.ModelMetadataResponse;
import io.flinkgpu.inference.pool.protocol.grpc.ServerMetadataResponse;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies written by hand from the protocol's specification. */
class JsonInferCodecTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);
    private final JsonInferCodec codec = new JsonInferCodec(Messages.LIMITS, pool);

    @AfterEach
    void everyBufferIsBack() {
        assertThat(pool.borrowedBytes()).isZero();
    }

    @Test
    void readsFlatAndNestedData() throws Exception {
        String body =
                """
                {
                  "id" : "42",
                  "parameters" : { "sequence" : 3, "cut" : false },
                  "inputs" : [
                    {
                      "name" : "input0",
                      "shape" : [ 2, 2 ],
                      "datatype" : "UINT32",
                      "data" : [ 1, 2, 3, 4294967295 ]
                    },
                    {
                      "data" : [ [ true, false ], [ false, true ] ],
                      "name" : "input1",
                      "shape" : [ 2, 2 ],
                      "datatype" : "BOOL"
                    }
                  ],
                  "outputs" : [ { "name" : "output0" } ]
                }""";

        try (HttpInferRequest read = json(body)) {
            InferRequest request = read.request();
            assertThat(request.model()).isEqualTo(Messages.MODEL);
            assertThat(request.id()).isEqualTo("42");
            assertThat(request.parameters()).isEqualTo(Map.of("sequence", 3L, "cut", false));
            assertThat(request.outputs()).containsExactly("output0");
            assertThat(Messages.bytes(request.inputs().tensor("input0").data()))
                    .containsExactly(1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, -1, -1, -1, -1);
            assertThat(Messages.bytes(request.inputs().tensor("input1").data()))
                    .containsExactly(1, 0, 0, 1);
            assertThat(read.isBinary("output0")).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    INT8   | -128                 | 80
                    UINT8  | 255                  | ff
                    INT16  | -2                   | feff
                    UINT16 | 65535                | ffff
                    INT32  | -2                   | feffffff
                    INT64  | -9223372036854775808 | 0000000000000080
                    UINT64 | 18446744073709551615 | ffffffffffffffff
                    FP32   | 1                    | 0000803f
                    FP32   | -2.0                 | 000000c0
                    FP32   | NaN                  | 0000c07f
                    FP64   | 1.0                  | 000000000000f03f
                    FP64   | -Infinity            | 000000000000f0ff
                    BOOL   | true                 | 01
                    BYTES  | "\\u00e4b"           | 03000000c3a462
                    """)
    void readsAndWritesElementsOfEachType(String type, String json, String bytes) throws Exception {
        try (HttpInferRequest read = json(input(type, "[1]", "[" + json + "]"))) {
            Tensor tensor = read.request().inputs().tensor("x");
            assertThat(HexFormat.of().formatHex(Messages.bytes(tensor.data()))).isEqualTo(bytes);

            String written =
                    text(codec.writeResponse(Messages.response(read.request().inputs()), read));
            try (HttpInferRequest again = json(written.replace("\"outputs\"", "\"inputs\""))) {
                assertThat(again.request().inputs().tensor("x")).isEqualTo(tensor);
            }
        }
    }

    @Test
    void readsBinaryDataBehindTheJson() throws Exception {
        String header =
                """
                {
                  "model_name" : "mymodel",
                  "inputs" : [
                    {
                      "name" : "input0",
                      "shape" : [ 2, 2 ],
                      "datatype" : "FP16",
                      "parameters" : { "binary_data_size" : 8 }
                    },
                    { "name" : "input1", "shape" : [ 2 ], "datatype" : "UINT8", "data" : [ 5, 6 ] },
                    {
                      "name" : "input2",
                      "shape" : [ 2, 1 ],
                      "datatype" : "INT8",
                      "parameters" : { "binary_data_size" : 2 }
                    }
                  ],
                  "parameters" : { "binary_data_output" : true },
                  "outputs" : [
                    { "name" : "output0", "parameters" : { "binary_data" : false } },
                    { "name" : "output1" }
                  ]
                }""";

        try (HttpInferRequest read = binary(header, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)) {
            TensorBatch inputs = read.request().inputs();
            assertThat(Messages.bytes(inputs.tensor("input0").data()))
                    .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            assertThat(Messages.bytes(inputs.tensor("input1").data())).containsExactly(5, 6);
            assertThat(Messages.bytes(inputs.tensor("input2").data())).containsExactly(9, 10);
            assertThat(read.request().parameters()).isEmpty();
            assertThat(read.isBinary("output0")).isFalse();
            assertThat(read.isBinary("output1")).isTrue();
            assertThat(read.isBinary("output2")).isTrue();
        }
    }

    @Test
    void writesJsonAndBinaryOutputsInOneResponse() throws Exception {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("output0", Tensor.ofFloats(Shape.of(1, 2), 1.5f, -1));
        outputs.put("output1", Messages.tensor(DataType.BFLOAT16).reshaped(Shape.of(1, 6)));
        InferResponse response =
                new InferResponse(Messages.MODEL, "42", Map.of("n", 1L), TensorBatch.of(outputs));
        try (HttpInferRequest request = json(input("UINT8", "[1]", "[1]", "output1"))) {

            HttpInferResponse written = codec.writeResponse(response, request);

            JsonNode expected =
                    new ObjectMapper()
                            .readTree(
                                    """
                                    {"model_name": "digits", "model_version": "3", "id": "42",
                                     "parameters": {"n": 1},
                                     "outputs": [
                                       {"name": "output0", "datatype": "FP32", "shape": [1, 2],
                                        "data": [1.5, -1.0]},
                                       {"name": "output1", "datatype": "BF16", "shape": [1, 6],
                                        "parameters": {"binary_data_size": 12}}]}""");
            byte[] header = Messages.bytes(written.parts().get(0));
            assertThat(new ObjectMapper().readTree(header)).isEqualTo(expected);
            assertThat(written.headerLength()).hasValue(header.length);
            assertThat(written.parts()).hasSize(2);
            assertThat(written.parts().get(1)).isEqualTo(Messages.tensor(DataType.BFLOAT16).data());
            assertThat(written.byteSize()).isEqualTo(header.length + 12);
        }
    }

    @Test
    void refusesToWriteHalfFloatsAsJson() throws Exception {
        InferResponse response =
                Messages.response(TensorBatch.of("y", Messages.tensor(DataType.FLOAT16)));
        try (HttpInferRequest request = json(input("UINT8", "[1]", "[1]"))) {
            assertThatThrownBy(() -> codec.writeResponse(response, request))
                    .isInstanceOf(MalformedMessageException.class)
                    .hasMessage(
                            "Cannot write output 'y': FP16 has no form in JSON. Ask for it with binary_data: true.");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    INT8   | [1]       | [128]               | element 128 is out of the range of INT8
                    UINT8  | [1]       | [-1]                | is out of the range of UINT8
                    UINT64 | [1]       | [18446744073709551616] | out of the range of UINT64
                    INT64  | [1]       | [9223372036854775808]  | its data cannot be read
                    FP32   | [1]       | [1e39]              | out of the range of FP32
                    FP64   | [1]       | [1e999]             | out of the range of FP64
                    INT32  | [1]       | [1.5]               | takes whole numbers
                    INT32  | [1]       | ["1"]               | takes whole numbers
                    FP32   | [1]       | [null]              | takes numbers
                    BOOL   | [1]       | [1]                 | takes true or false
                    BYTES  | [1]       | [7]                 | takes strings
                    FP16   | [1]       | [1.0]               | send it as binary data
                    BF16   | [1]       | [1.0]               | send it as binary data
                    INT32  | [2]       | [1]                 | takes 2 elements
                    INT32  | [2]       | [1,2,3]             | takes 2 elements but more came
                    INT32  | [2, 2]    | [[1, 2, 3], [4]]    | axis 1 of its shape [2, 2] is 3 long
                    INT32  | [2, 2]    | [[1, 2]]            | axis 0 of its shape [2, 2] is 1 long
                    INT32  | [2, 2]    | [[1, 2], 3, 4]      | axis 0 of its shape [2, 2] is 1 long
                    INT32  | [2, 2]    | [[[1, 2]], [[3, 4]]] | takes whole numbers
                    INT32  | [1, 2]    | [[1, 2], 3]         | nests in another way
                    INT32  | [1, 1, 1] | [[1]]               | nests in another way
                    INT32  | [2]       | [[1], [2]]          | nests in another way
                    INT32  | [10001]   | [1]                 | an axis must be 0 to 10000
                    INT32  | [10000]   | [1]                 | which 3 bytes of data cannot hold
                    INT32  | []        | [1]                 | the first axis must be the batch
                    INT32  | [1.5]     | [1]                 | a shape holds other than whole numbers
                    INT32  | [1]       | 1                   | data is no array
                    INT32  | [1]       | [1                  | Cannot read request
                    COMPLEX | [1]      | [1]                 | its datatype is 'COMPLEX'
                    """)
    void namesWhatIsWrong(String type, String shape, String data, String expected) {
        assertThatThrownBy(() -> json(input(type, shape, data)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "7",
                "{",
                "{}",
                "{\"inputs\": 1}",
                "{\"inputs\": [1]}",
                "{\"inputs\": []}",
                "{\"inputs\": [{\"name\": \"x\", \"shape\": [1], \"datatype\": \"INT8\"}]}",
                "{\"inputs\": [{\"shape\": [1], \"datatype\": \"INT8\", \"data\": [1]}]}",
                "{\"id\": 1, \"inputs\": []}",
                "{\"outputs\": [{}]}",
                "{\"parameters\": []}"
            })
    void refusesOtherBodies(String body) {
        assertThatThrownBy(() -> json(body))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageEndingWith(".");
    }

    @Test
    void refusesBinaryDataThatIsNotThereOrLeftOver() {
        String eight =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[8],\"datatype\":\"INT8\","
                        + "\"parameters\":{\"binary_data_size\":8}}]}";

        assertThatThrownBy(() -> binary(eight, 1, 2))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("its binary_data_size is 8, and 2 bytes are left");
        assertThatThrownBy(() -> binary(eight, 1, 2, 3, 4, 5, 6, 7, 8, 9))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("1 bytes of binary data belong to no input");
        assertThatThrownBy(
                        () ->
                                codec.readRequest(
                                        Messages.MODEL, ByteBuffer.allocate(2), OptionalInt.of(3)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("Invalid Inference-Header-Content-Length: 3");
    }

    @Test
    void refusesStringsAndBodiesAboveTheLimits() {
        String longString = "\"" + "a".repeat(1001) + "\"";

        assertThatThrownBy(() -> json(input("BYTES", "[1]", "[" + longString + "]")))
                .isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> json(" ".repeat((1 << 20) + 1)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("1048576 are the most");
    }

    @Test
    void writesMetadataAndErrors() throws Exception {
        ObjectMapper mapper = new ObjectMapper();

        assertThat(
                        mapper.readTree(
                                JsonMetadata.of(
                                        ServerMetadataResponse.newBuilder()
                                                .setName("s")
                                                .setVersion("1")
                                                .addExtensions("binary_tensor_data")
                                                .build())))
                .isEqualTo(
                        mapper.readTree(
                                "{\"name\":\"s\",\"version\":\"1\",\"extensions\":[\"binary_tensor_data\"]}"));
        assertThat(
                        mapper.readTree(
                                JsonMetadata.of(
                                        ModelMetadataResponse.newBuilder()
                                                .setName("m")
                                                .addVersions("3")
                                                .setPlatform("p")
                                                .addInputs(
                                                        ModelMetadataResponse.TensorMetadata
                                                                .newBuilder()
                                                                .setName("x")
                                                                .setDatatype("FP32")
                                                                .addShape(-1)
                                                                .addShape(784))
                                                .build())))
                .isEqualTo(
                        mapper.readTree(
                                "{\"name\":\"m\",\"versions\":[\"3\"],\"platform\":\"p\",\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1,784]}],\"outputs\":[]}"));
        assertThat(new String(JsonMetadata.error("a \"b\""), StandardCharsets.UTF_8))
                .isEqualTo("{\"error\":\"a \\\"b\\\"\"}");
    }

    private HttpInferRequest json(String body) throws MalformedMessageException {
        return codec.readRequest(
                Messages.MODEL,
                ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)),
                OptionalInt.empty());
    }

    private HttpInferRequest binary(String header, int... tail) throws MalformedMessageException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(json.length + tail.length).put(json);
        for (int value : tail) {
            body.put((byte) value);
        }
        return codec.readRequest(Messages.MODEL, body.flip(), OptionalInt.of(json.length));
    }

    private static String input(String type, String shape, String data, String... binaryOutputs) {
        List<String> outputs =
                List.of(binaryOutputs).stream()
                        .map(n -> "{\"name\":\"" + n + "\",\"parameters\":{\"binary_data\":true}}")
                        .toList();
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}],\"outputs\":%s}"
                .formatted(type, shape, data, outputs);
    }

    private static String text(HttpInferResponse response) {
        return new String(Messages.bytes(response.parts().get(0)), StandardCharsets.UTF_8);
    }
}
