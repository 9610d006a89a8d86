package io.flinkgpu.inference.operator;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamElementSerializer;

/**
 * Flink's {@link StreamElementSerializer}, in its format and under its name in checkpoints, for
 * elements that are lent to a checkpoint by {@link RowLoans} and so are not copied for it.
 *
 * <p>Where Flink reconfigures a serializer at a restore it drops this one for its own, which copies
 * all elements, as is right for any.
 */
final class InFlightSerializer<IN> extends TypeSerializer<StreamElement> {

    private static final long serialVersionUID = 1L;

    private final StreamElementSerializer<IN> serializer;
    private final transient RowLoans loans;

    InFlightSerializer(StreamElementSerializer<IN> serializer, RowLoans loans) {
        this.serializer = serializer;
        this.loans = loans;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<StreamElement> duplicate() {
        return new InFlightSerializer<>(serializer.duplicate(), loans);
    }

    @Override
    public StreamElement createInstance() {
        return serializer.createInstance();
    }

    /** The same: nobody changes what is lent. */
    @Override
    public StreamElement copy(StreamElement from) {
        return from;
    }

    @Override
    public StreamElement copy(StreamElement from, StreamElement reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return serializer.getLength();
    }

    /** A checkpoint's own thread. */
    @Override
    public void serialize(StreamElement element, DataOutputView target) throws IOException {
        serializer.serialize(element, target);
        loans.written(element);
    }

    @Override
    public StreamElement deserialize(DataInputView source) throws IOException {
        return serializer.deserialize(source);
    }

    @Override
    public StreamElement deserialize(StreamElement reuse, DataInputView source) throws IOException {
        return serializer.deserialize(reuse, source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serializer.copy(source, target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InFlightSerializer<?> that && serializer.equals(that.serializer);
    }

    @Override
    public int hashCode() {
        return serializer.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<StreamElement> snapshotConfiguration() {
        return serializer.snapshotConfiguration();
    }
}
