package io.flinkgpu.inference.pool.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A message of 260 MiB, of which there is one copy on either side. */
class LargeMessageTest {

    private static final int SIZE = 260 << 20;
    private static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 29, 1 << 29, 1);

    private final InferRequestMarshaller marshaller =
            new InferRequestMarshaller(LIMITS, new DirectBufferPool(0));

    @Test
    void travels() throws Exception {
        ByteBuffer content = ByteBuffer.allocate(SIZE);
        for (int at = 0; at < SIZE; at += 4096) {
            content.putInt(at, at * 31);
        }
        InferRequest request =
                new InferRequest(
                        new ServedModel("m", ""),
                        "",
                        Map.of(),
                        TensorBatch.of(
                                "x", Tensor.wrap(DataType.UINT8, Shape.of(260, 1 << 20), content)),
                        List.of());
        CountingTarget target = new CountingTarget();

        int drained = ((RawMessageStream) marshaller.stream(request)).drainTo(target);

        assertThat(drained).isGreaterThan(SIZE);
        assertThat(target.count).isEqualTo(drained);
        try (InputStream stream = marshaller.stream(request);
                InferRequest read = marshaller.read(stream)) {
            assertThat(read.inputs().onlyTensor().data().mismatch(content)).isEqualTo(-1);
        }
    }

    private static final class CountingTarget extends OutputStream {
        private long count;

        @Override
        public void write(int next) {
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count += length;
        }
    }
}
