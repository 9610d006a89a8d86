package io.flinkgpu.inference.onnx.graph;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnknownFieldSet.Field;

/**
 * A protobuf message by the numbers of its fields, without a schema. Repeated fields keep the order
 * in which they were added. One thread.
 */
final class ProtoMessage {

    private final UnknownFieldSet.Builder fields = UnknownFieldSet.newBuilder();

    ProtoMessage add(int number, long value) {
        return merge(number, Field.newBuilder().addVarint(value));
    }

    ProtoMessage add(int number, float value) {
        return merge(number, Field.newBuilder().addFixed32(Float.floatToRawIntBits(value)));
    }

    ProtoMessage add(int number, String value) {
        return add(number, ByteString.copyFromUtf8(value));
    }

    ProtoMessage add(int number, ProtoMessage value) {
        return add(number, value.bytes());
    }

    ProtoMessage add(int number, ByteString value) {
        return merge(number, Field.newBuilder().addLengthDelimited(value));
    }

    ByteString bytes() {
        return fields.build().toByteString();
    }

    private ProtoMessage merge(int number, Field.Builder field) {
        fields.mergeField(number, field.build());
        return this;
    }
}
