package io.flinkgpu.inference.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What ONNX Runtime's Java API does not tell of an ONNX file.
 *
 * <p>Read by the numbers of onnx/onnx.proto; weights and nodes are skipped.
 *
 * @param operatorSets versions by domain; the standard domain is empty
 * @param withoutShape the inputs and outputs of which not even the rank is declared, which the API
 *     shows as scalars
 */
record OnnxHeader(Map<String, Long> operatorSets, Set<String> withoutShape) {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxHeader.class);

    /** Reads a file; empty if it is of another format, such as ONNX Runtime's own. */
    static OnnxHeader read(Path file) {
        OnnxHeader header = new OnnxHeader(new TreeMap<>(), new HashSet<>());
        if (file.toString().endsWith(".ort")) {
            return header;
        }
        try (InputStream in = Files.newInputStream(file)) {
            CodedInputStream model = CodedInputStream.newInstance(in);
            // ModelProto: graph 7, opset_import 8
            Fields.each(
                    model,
                    Map.of(
                            7, () -> header.readGraph(model),
                            8, () -> header.readOperatorSet(model.readBytes())));
        } catch (IOException unreadable) {
            // ONNX Runtime has loaded it: what is missing here is for people alone, but for ranks.
            LOG.debug("Cannot read the header of '{}'.", file, unreadable);
        }
        return header;
    }

    private void readGraph(CodedInputStream in) throws IOException {
        int end = in.pushLimit(in.readRawVarint32());
        // GraphProto: input 11, output 12
        Fields.each(
                in,
                Map.of(
                        11, () -> readValue(in.readBytes()),
                        12, () -> readValue(in.readBytes())));
        in.popLimit(end);
    }

    private void readValue(ByteString value) throws IOException {
        // ValueInfoProto: name 1, type 2; TypeProto: tensor_type 1; TypeProto.Tensor: shape 2
        CodedInputStream in = value.newCodedInput();
        String[] name = {""};
        boolean[] hasShape = {false};
        Fields.each(
                in,
                Map.of(
                        1,
                        () -> name[0] = in.readString(),
                        2,
                        () -> hasShape[0] = has(2, message(1, in.readBytes()))));
        if (!hasShape[0]) {
            withoutShape.add(name[0]);
        }
    }

    private void readOperatorSet(ByteString operatorSet) throws IOException {
        // OperatorSetIdProto: domain 1, version 2
        CodedInputStream in = operatorSet.newCodedInput();
        String[] domain = {""};
        long[] version = {0};
        Fields.each(
                in,
                Map.of(1, () -> domain[0] = in.readString(), 2, () -> version[0] = in.readInt64()));
        operatorSets.put(domain[0], version[0]);
    }

    /** A message's field that is a message itself; empty if it is not set. */
    private static ByteString message(int number, ByteString message) throws IOException {
        CodedInputStream in = message.newCodedInput();
        ByteString[] found = {ByteString.EMPTY};
        Fields.each(in, Map.of(number, () -> found[0] = in.readBytes()));
        return found[0];
    }

    private static boolean has(int number, ByteString message) throws IOException {
        CodedInputStream in = message.newCodedInput();
        boolean[] found = {false};
        Fields.each(in, Map.of(number, () -> found[0] = in.readBytes() != null));
        return found[0];
    }

    /** Reads the fields of a message that somebody wants. */
    private interface Fields {

        void read() throws IOException;

        static void each(CodedInputStream in, Map<Integer, Fields> wanted) throws IOException {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Fields reader = wanted.get(WireFormat.getTagFieldNumber(tag));
                if (reader == null) {
                    in.skipField(tag);
                } else {
                    reader.read();
                }
            }
        }
    }
}
