package io.flinkgpu.inference.pool.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.PooledBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;

/**
 * Reads one request in JSON.
 *
 * <p>A field that is null is taken for one that is left out. Fields may stand in any order: the
 * place of an input's data is kept, and the data read once its type and shape are known.
 * Single-threaded, for one request.
 */
final class JsonRequestReader {

    private static final String BINARY_SIZE = "binary_data_size";
    private static final String BINARY_OUTPUT = "binary_data_output";
    private static final String BINARY = "binary_data";
    private static final int MAX_ITEMS = 4096;

    private final JsonFactory json;
    private final byte[] header;
    private final ByteBuffer binary;
    private final ProtocolLimits limits;
    private final DirectBufferPool pool;
    private final Map<String, Boolean> binaryByOutput = new HashMap<>();
    private final List<String> outputs = new ArrayList<>();

    /** Takes the JSON and what stands behind it. */
    JsonRequestReader(
            JsonFactory json,
            byte[] header,
            ByteBuffer binary,
            ProtocolLimits limits,
            DirectBufferPool pool) {
        this.json = json;
        this.header = header;
        this.binary = binary;
        this.limits = limits;
        this.pool = pool;
    }

    /**
     * The request.
     *
     * @throws IOException if it is none, or exceeds a limit
     */
    HttpInferRequest read(ServedModel model) throws IOException {
        String id = "";
        Map<String, Object> parameters = new HashMap<>();
        try (TensorsInProgress inputs = new TensorsInProgress();
                JsonParser parser = json.createParser(header)) {
            require(parser.nextToken() == JsonToken.START_OBJECT, "its JSON is not an object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_NULL) {
                    continue; // as if it were left out
                }
                switch (field) {
                    case "id" -> id = text(parser, "id");
                    case "parameters" -> parameters.putAll(parameters(parser));
                    case "inputs" -> readInputs(parser, inputs);
                    case "outputs" -> readOutputs(parser);
                    default -> parser.skipChildren();
                }
            }
            require(parser.nextToken() == null, "something follows its JSON");
            require(
                    !binary.hasRemaining(),
                    "%d bytes of binary data belong to no input".formatted(binary.remaining()));
            boolean binaryByDefault = Boolean.TRUE.equals(parameters.remove(BINARY_OUTPUT));
            boolean pythonNumbers =
                    Boolean.TRUE.equals(parameters.remove(InferParameters.PYTHON_NUMBERS));
            AnswerParameters.requireNone(parameters, "the request");
            InferRequest request =
                    new InferRequest(model, id, parameters, inputs.toBatch(), outputs);
            return new HttpInferRequest(request, binaryByDefault, binaryByOutput, pythonNumbers);
        }
    }

    /** Why the text is not JSON, and where. */
    static String reason(JsonProcessingException noJson) {
        String message = noJson.getOriginalMessage();
        return noJson.getLocation() == null
                ? message
                : "%s at byte %d".formatted(message, noJson.getLocation().getByteOffset());
    }

    private void readInputs(JsonParser parser, TensorsInProgress inputs) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "inputs is not an array");
        for (int count = 1; parser.nextToken() != JsonToken.END_ARRAY; count++) {
            require(count <= MAX_ITEMS, "it has more than " + MAX_ITEMS + " inputs");
            require(parser.currentToken() == JsonToken.START_OBJECT, "an input is not an object");
            readInput(parser, inputs);
        }
    }

    private void readInput(JsonParser parser, TensorsInProgress inputs) throws IOException {
        String name = "";
        String dataType = "";
        List<Long> shape = List.of();
        Map<String, Object> parameters = Map.of();
        ByteBuffer data = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "name" -> name = text(parser, "name");
                case "datatype" -> dataType = text(parser, "datatype");
                case "shape" -> shape = shape(parser);
                case "parameters" -> parameters = parameters(parser);
                case "data" -> data = range(parser);
                default -> parser.skipChildren();
            }
        }
        TensorHead head = TensorHead.of(name, dataType, shape, limits);
        AnswerParameters.requireNone(parameters, "input '%s'".formatted(head.shownName()));
        inputs.requireNew(head);
        inputs.add(head, head.withContent(content(head, data, parameters), limits));
    }

    private PooledBuffer content(
            TensorHead head, @Nullable ByteBuffer data, Map<String, Object> parameters)
            throws IOException {
        Object size = parameters.get(BINARY_SIZE);
        if (size == null && data == null) {
            throw head.invalid("it has neither data nor the parameter " + BINARY_SIZE);
        }
        if (size != null && data != null) {
            throw head.invalid("it has both data and the parameter " + BINARY_SIZE);
        }
        return size == null
                ? JsonData.read(json, head, data, pool)
                : PooledMemory.copyOf(binary(head, size), pool);
    }

    private ByteBuffer binary(TensorHead head, Object size) throws MalformedMessageException {
        if (!(size instanceof Long bytes) || bytes < 0 || bytes > binary.remaining()) {
            throw head.invalid(
                    "its %s is %s, and %d bytes are left behind the JSON"
                            .formatted(BINARY_SIZE, size, binary.remaining()));
        }
        ByteBuffer content = binary.slice(binary.position(), bytes.intValue());
        binary.position(binary.position() + bytes.intValue());
        return content;
    }

    private void readOutputs(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "outputs is not an array");
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(outputs.size() < MAX_ITEMS, "it has more than " + MAX_ITEMS + " outputs");
            require(parser.currentToken() == JsonToken.START_OBJECT, "an output is not an object");
            readOutput(parser);
        }
    }

    private void readOutput(JsonParser parser) throws IOException {
        String name = "";
        Map<String, Object> parameters = Map.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (field) {
                case "name" -> name = text(parser, "name");
                case "parameters" -> parameters = parameters(parser);
                default -> parser.skipChildren();
            }
        }
        require(!name.isEmpty(), "an output has no name");
        AnswerParameters.requireNone(
                parameters, "output '%s'".formatted(TensorHead.abbreviated(name)));
        outputs.add(name);
        if (parameters.get(BINARY) instanceof Boolean wanted) {
            binaryByOutput.put(name, wanted);
        }
    }

    private List<Long> shape(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "a shape is not an array");
        List<Long> lengths = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(
                    parser.currentToken() == JsonToken.VALUE_NUMBER_INT,
                    "a shape holds other than whole numbers");
            require(lengths.size() < MAX_ITEMS, "a shape has more than " + MAX_ITEMS + " axes");
            lengths.add(parser.getLongValue());
        }
        return lengths;
    }

    /** Values that are neither number, text nor truth are left out. */
    private Map<String, Object> parameters(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_OBJECT, "parameters is not an object");
        Map<String, Object> parameters = new HashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            require(parameters.size() < MAX_ITEMS, "more than " + MAX_ITEMS + " parameters");
            switch (parser.nextToken()) {
                case VALUE_TRUE, VALUE_FALSE -> parameters.put(name, parser.getBooleanValue());
                case VALUE_STRING -> parameters.put(name, parser.getText());
                case VALUE_NUMBER_INT -> parameters.put(name, parser.getLongValue());
                case VALUE_NUMBER_FLOAT -> parameters.put(name, parser.getDoubleValue());
                default -> parser.skipChildren();
            }
        }
        return parameters;
    }

    private ByteBuffer range(JsonParser parser) throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, "data is not an array");
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return ByteBuffer.wrap(header, from, to - from);
    }

    private static String text(JsonParser parser, String field) throws IOException {
        require(
                parser.currentToken() == JsonToken.VALUE_STRING,
                "the value of " + field + " is not a string");
        return parser.getText();
    }

    private static void require(boolean condition, String problem)
            throws MalformedMessageException {
        if (!condition) {
            throw new MalformedMessageException("Invalid request: " + problem + ".");
        }
    }
}
