package io.flinkgpu.inference.python;

import io.flinkgpu.inference.model.TensorSpec;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a worker says: a kind, and fields to be read one after the other. {@code
 * flink_gpu_worker.py} has the other half.
 */
final class Frame {

    static final byte PROGRESS = 1;
    static final byte READY = 2;
    static final byte REFUSED = 3;
    static final byte ANSWER = 4;
    static final byte ERROR = 5;

    private final ByteBuffer fields;
    private final byte kind;

    /** Takes the body of a frame, without its length. */
    Frame(ByteBuffer body) {
        this.fields = body.order(ByteOrder.LITTLE_ENDIAN);
        this.kind = fields.get();
    }

    byte kind() {
        return kind;
    }

    boolean readBoolean() {
        return fields.get() != 0;
    }

    int readInt() {
        return fields.getInt();
    }

    long readLong() {
        return fields.getLong();
    }

    String readText() {
        byte[] encoded = new byte[fields.getInt()];
        fields.get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    List<String> readTexts() {
        int count = readInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(readText());
        }
        return texts;
    }

    /** Tensors and where each lies, a block. */
    List<TensorPlace> readPlaces() {
        int unusedBytes = readInt();
        int count = readInt();
        List<TensorPlace> places = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = readText();
            DataType dataType = readDataType();
            places.add(new TensorPlace(name, dataType, readShape(), readLong(), readLong()));
        }
        return places;
    }

    /** Inputs or outputs as the code declares them, for one row; the batch axis is put in front. */
    List<TensorSpec> readDeclaration() {
        int count = readInt();
        List<TensorSpec> specs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = readText();
            DataType dataType = readDataType();
            Shape shape =
                    readBoolean()
                            ? readShape().withLeadingAxis(Shape.UNKNOWN)
                            : Shape.ofUnknownRank();
            specs.add(new TensorSpec(name, dataType, shape));
        }
        return specs;
    }

    /** What follows the fields. */
    ByteBuffer payload() {
        return fields.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private DataType readDataType() {
        String name = readText();
        return DataType.ofProtocolName(name)
                .orElseThrow(() -> new IllegalStateException("Invalid element type: " + name));
    }

    private Shape readShape() {
        long[] lengths = new long[fields.get()];
        for (int axis = 0; axis < lengths.length; axis++) {
            lengths[axis] = readLong();
        }
        return Shape.of(lengths);
    }
}
