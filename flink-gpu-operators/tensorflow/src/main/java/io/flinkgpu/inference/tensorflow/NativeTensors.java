package io.flinkgpu.inference.tensorflow;

import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.ndarray.NdArray;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/** Moves tensor content between our memory and TensorFlow's. */
final class NativeTensors {

    private NativeTensors() {}

    /** A new native tensor of a fixed-size type, its content unspecified. */
    static TType allocate(DataType dataType, Shape shape) {
        return org.tensorflow.Tensor.of(
                TensorFlowTypes.fixedSizeClass(dataType),
                org.tensorflow.ndarray.Shape.of(shape.toArray()));
    }

    /** The bytes of a native tensor of a fixed-size type; valid until the tensor is closed. */
    static ByteBuffer memory(org.tensorflow.Tensor tensor) {
        ByteDataBuffer data = tensor.asRawTensor().data();
        return data.accept(new MemoryView()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A new native string tensor of the rows of all parts. */
    static TString strings(List<Tensor> parts, Shape shape) {
        List<byte[]> values = new ArrayList<>();
        for (Tensor part : parts) {
            ByteBuffer data = part.data();
            while (data.hasRemaining()) {
                byte[] value = new byte[data.getInt()];
                data.get(value);
                values.add(value);
            }
        }
        NdArray<byte[]> array =
                NdArrays.ofObjects(byte[].class, org.tensorflow.ndarray.Shape.of(shape.toArray()));
        int[] next = {0};
        array.scalars().forEach(scalar -> scalar.setObject(values.get(next[0]++)));
        return TString.tensorOfBytes(array);
    }

    /** Our copy of a native tensor. */
    static Tensor copyOf(DataType dataType, org.tensorflow.Tensor tensor) {
        Shape shape = Shape.of(tensor.shape().asArray());
        if (dataType == DataType.BYTES) {
            List<byte[]> values = new ArrayList<>();
            ((TString) tensor)
                    .asBytes()
                    .scalars()
                    .forEach(scalar -> values.add(scalar.getObject()));
            return Tensor.ofBytes(shape, values.toArray(byte[][]::new));
        }
        return Tensor.copyOf(dataType, shape, memory(tensor), DirectBufferPool.ofProcess());
    }

    /** Shows raw native memory as a buffer. */
    private static final class MemoryView implements DataStorageVisitor<ByteBuffer> {

        @Override
        public ByteBuffer visit(ByteBuffer buffer) {
            return buffer.duplicate();
        }

        @Override
        public ByteBuffer visit(long address, long length, long scale) {
            return length == 0
                    ? ByteBuffer.allocate(0)
                    : new NativeMemory(address, length).asByteBuffer();
        }

        @Override
        public ByteBuffer fallback() {
            throw new IllegalStateException(
                    "Cannot read tensor: TensorFlow Java shows neither a buffer nor an address.");
        }
    }

    /** Memory that TensorFlow owns. */
    private static final class NativeMemory extends Pointer {
        private static final long serialVersionUID = 1L;

        private NativeMemory(long address, long bytes) {
            super((Pointer) null);
            this.address = address;
            this.limit = bytes;
            this.capacity = bytes;
        }

        /** Positions and limits count bytes; JavaCPP takes a class that it does not know for 8. */
        @Override
        public int sizeof() {
            return 1;
        }
    }
}
