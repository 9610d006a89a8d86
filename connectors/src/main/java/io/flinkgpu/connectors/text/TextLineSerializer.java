package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.file.ReadFailures;
import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Serializer of {@link TextLine}.
 *
 * <p>Layout: path, number (int64), the text in UTF-8 (int32 length, bytes), and the failure as
 * {@link ReadFailures} writes it.
 */
@Internal
public final class TextLineSerializer extends ValueSerializer<TextLine> {

    public static final TextLineSerializer INSTANCE = new TextLineSerializer();

    private static final long serialVersionUID = 1L;

    @Override
    public boolean isImmutableType() {
        return true;
    }

    @Override
    public TextLine createInstance() {
        return TextLine.of("", 1, "");
    }

    @Override
    public TextLine copy(TextLine from) {
        return from;
    }

    @Override
    public void serialize(TextLine line, DataOutputView target) throws IOException {
        StringValue.writeString(line.path(), target);
        target.writeLong(line.number());
        writeBytes(line.text().getBytes(StandardCharsets.UTF_8), target);
        ReadFailures.write(line.failure(), target);
    }

    @Override
    public TextLine deserialize(DataInputView source) throws IOException {
        String path = StringValue.readString(source);
        long number = source.readLong();
        String text = new String(readBytes(source), StandardCharsets.UTF_8);
        return new TextLine(path, number, text, ReadFailures.read(source));
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        StringValue.copyString(source, target);
        target.writeLong(source.readLong());
        int length = source.readInt();
        target.writeInt(length);
        copyBytes(length, source, target);
        ReadFailures.copy(source, target);
    }

    @Override
    public TypeSerializerSnapshot<TextLine> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<TextLine> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
