package io.flinkgpu.table.type;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRow;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.LogicalType;

/** Sends values through encoders and decoders. */
final class TestingTensors {

    private static final DirectBufferPool POOL = new DirectBufferPool(1 << 20);

    private TestingTensors() {}

    static TensorSpec spec(DataType type, long... shape) {
        return new TensorSpec("x", type, Shape.of(shape));
    }

    /** The tensor of a batch of one row whose column {@code c} has this value. */
    static Tensor encode(LogicalType type, Object value, TensorSpec spec) throws Exception {
        ColumnEncoder encoder = ColumnEncoder.of("c", 0, type, "x", spec);
        TensorBatchBuilder batch = new TensorBatchBuilder(POOL, 1);
        batch.tryAppend(writer -> encoder.encode(GenericRowData.of(value), writer));
        return batch.build().tensor("x");
    }

    /** The value of a column {@code c} that is made of a batch of one row. */
    static Object decode(LogicalType type, Tensor tensor, TensorSpec spec) {
        return ColumnDecoder.of("c", type, "x", spec)
                .decode(new TensorRow(TensorBatch.of("x", tensor)));
    }

    static String hex(Tensor tensor) {
        ByteBuffer data = tensor.data();
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    static Tensor ofHex(DataType type, Shape shape, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        return Tensor.wrap(type, shape, ByteBuffer.wrap(bytes));
    }
}
