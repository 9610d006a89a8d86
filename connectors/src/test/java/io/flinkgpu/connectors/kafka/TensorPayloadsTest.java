package io.flinkgpu.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.ShapeMismatchException;
import io.flinkgpu.inference.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TensorPayloadsTest {

    static List<Tensor> tensors() {
        return List.of(
                Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6),
                Tensor.ofLongs(Shape.scalar(), 7),
                Tensor.ofFloats(Shape.of(0, 4)),
                Tensor.ofStrings(Shape.of(2), "", "Grüße"));
    }

    @ParameterizedTest
    @MethodSource("tensors")
    void decodesWhatWasWritten(Tensor tensor) {
        assertThat(TensorPayloads.decode(read(written(tensor)))).isEqualTo(tensor);
    }

    /** The layout is that of the Open Inference Protocol v2, the numbers are from IEEE 754. */
    @Test
    void laysElementsOutAsTheProtocolDoes() {
        ProducerRecord<byte[], byte[]> kafkaRecord =
                written(Tensor.ofFloats(Shape.of(1, 2), 1f, -2f));

        assertThat(kafkaRecord.value()).containsExactly(0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0);
        assertThat(read(kafkaRecord).header(TensorPayloads.DATATYPE)).contains("FP32");
        assertThat(read(kafkaRecord).header(TensorPayloads.SHAPE)).contains("1,2");
        assertThat(read(kafkaRecord).contentType()).contains(TensorPayloads.CONTENT_TYPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FP99|2|Invalid header tensor-datatype: 'FP99'. It must be a type such as FP32.",
                "FP32|2,x|Invalid header tensor-shape: '2,x'. It must be lengths such as 28,28,1.",
                "FP32|-1|Invalid header tensor-shape: '-1'. A length is at least 0.",
                "FP32||Cannot decode the tensor of t-0@0: it has no header 'tensor-shape'."
            })
    void refusesWrongHeaders(String datatype, String shape, String message) {
        List<PayloadHeader> headers = new ArrayList<>();
        headers.add(new PayloadHeader(TensorPayloads.DATATYPE, datatype.getBytes(UTF_8)));
        if (shape != null) {
            headers.add(new PayloadHeader(TensorPayloads.SHAPE, shape.getBytes(UTF_8)));
        }

        assertThatThrownBy(() -> TensorPayloads.decode(payload(new byte[8], headers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesBytesThatDoNotFitTheShapeAndNone() {
        KafkaPayload whole = read(written(Tensor.ofFloats(Shape.of(2), 1, 2)));

        assertThatThrownBy(() -> TensorPayloads.decode(payload(new byte[7], whole.headers())))
                .isInstanceOf(ShapeMismatchException.class)
                .hasMessage("Invalid tensor float32[2]: 7 bytes. It takes 8.");
        assertThatThrownBy(() -> TensorPayloads.decode(payload(null, whole.headers())))
                .hasMessage("Cannot decode the tensor of t-0@0: the record has no value.");
    }

    private static ProducerRecord<byte[], byte[]> written(Tensor tensor) {
        return new EncodedRecords<Tensor>("t", (row, fields) -> fields.value(row))
                .serialize(tensor, null, null);
    }

    private static KafkaPayload read(ProducerRecord<byte[], byte[]> kafkaRecord) {
        List<PayloadHeader> headers = new ArrayList<>();
        kafkaRecord.headers().forEach(h -> headers.add(new PayloadHeader(h.key(), h.value())));
        return payload(kafkaRecord.value(), headers);
    }

    private static KafkaPayload payload(byte[] value, List<PayloadHeader> headers) {
        return new KafkaPayload("t", 0, 0, 0, null, value, headers);
    }
}
