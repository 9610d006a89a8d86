package io.flinkgpu.connectors.text;

import io.flinkgpu.connectors.types.ValueSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of {@link TokenizedText}.
 *
 * <p>Layout: the text in UTF-8 (int32 length, bytes), whether it is truncated (one byte), the
 * number of tokens (int32), then ids, mask and types as little-endian int64.
 */
@Internal
public final class TokenizedTextSerializer extends ValueSerializer<TokenizedText> {

    public static final TokenizedTextSerializer INSTANCE = new TokenizedTextSerializer();

    private static final long serialVersionUID = 1L;

    private static final int ARRAYS = 3;

    @Override
    public TokenizedText createInstance() {
        return new TokenizedText("", new long[0], new long[0], new long[0], false);
    }

    @Override
    public TokenizedText copy(TokenizedText from) {
        return new TokenizedText(
                from.text(),
                from.ids().clone(),
                from.attentionMask().clone(),
                from.typeIds().clone(),
                from.isTruncated());
    }

    @Override
    public void serialize(TokenizedText tokens, DataOutputView target) throws IOException {
        writeBytes(tokens.text().getBytes(StandardCharsets.UTF_8), target);
        target.writeBoolean(tokens.isTruncated());
        target.writeInt(tokens.ids().length);
        writeLongs(tokens.ids(), target);
        writeLongs(tokens.attentionMask(), target);
        writeLongs(tokens.typeIds(), target);
    }

    @Override
    public TokenizedText deserialize(DataInputView source) throws IOException {
        String text = new String(readBytes(source), StandardCharsets.UTF_8);
        boolean isTruncated = source.readBoolean();
        int length = source.readInt();
        long[] ids = readLongs(length, source);
        long[] mask = readLongs(length, source);
        return new TokenizedText(text, ids, mask, readLongs(length, source), isTruncated);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        int bytes = source.readInt();
        target.writeInt(bytes);
        copyBytes(bytes, source, target);
        target.writeBoolean(source.readBoolean());
        int length = source.readInt();
        target.writeInt(length);
        copyBytes((long) ARRAYS * length * Long.BYTES, source, target);
    }

    @Override
    public TypeSerializerSnapshot<TokenizedText> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of the one layout there is; it carries no configuration. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<TokenizedText> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
