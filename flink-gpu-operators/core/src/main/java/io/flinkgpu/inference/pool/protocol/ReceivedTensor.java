package io.flinkgpu.inference.pool.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A tensor of a message as it came, without its raw contents, which come apart.
 *
 * @param head all fields but the contents
 * @param typed the contents, each a part of one message; empty where there are none
 */
record ReceivedTensor(ByteString head, List<ByteBuffer> typed) {

    private static final int TAG_TYPE_BITS = 3;

    /**
     * Takes a tensor's message apart.
     *
     * @param contentsField number of the field with typed contents
     * @throws IOException if it is no message
     */
    static ReceivedTensor of(byte[] message, int contentsField) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(message);
        ByteString.Output head = ByteString.newOutput();
        List<ByteBuffer> typed = new ArrayList<>();
        int contentsTag = (contentsField << TAG_TYPE_BITS) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
        int start = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == contentsTag) {
                int length = in.readRawVarint32();
                int from = in.getTotalBytesRead();
                in.skipRawBytes(length);
                typed.add(ByteBuffer.wrap(message, from, length));
            } else if (in.skipField(tag)) {
                head.write(message, start, in.getTotalBytesRead() - start);
            } else {
                throw new InvalidProtocolBufferException("a group ends that did not start");
            }
            start = in.getTotalBytesRead();
        }
        return new ReceivedTensor(head.toByteString(), typed);
    }

    /** Whether it has typed contents; an empty message is none. */
    boolean isTyped() {
        return typed.stream().anyMatch(ByteBuffer::hasRemaining);
    }
}
