package io.flinkgpu.connectors.text;

import io.flinkgpu.inference.tensor.ValueTypeInfo;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * A text and its tokens.
 *
 * <p>A value: whoever holds one must not write to its arrays, which have one length.
 *
 * @param text as it was
 * @param ids shape {@code [token]}, dtype {@code int64}
 * @param attentionMask shape {@code [token]}, dtype {@code int64}: 1 for a token, 0 for padding
 * @param typeIds shape {@code [token]}, dtype {@code int64}: 0 for all tokens of one text
 * @param isTruncated whether the text has more tokens
 */
@TypeInfo(TokenizedText.InfoFactory.class)
// Arrays are what tensors are filled from; equals and hashCode below compare their elements.
@PublicEvolving
@SuppressWarnings("ArrayRecordComponent")
public record TokenizedText(
        String text, long[] ids, long[] attentionMask, long[] typeIds, boolean isTruncated) {

    /** The Flink type: bulk copies of the arrays, no reflection. */
    public static final TypeInformation<TokenizedText> TYPE =
            new ValueTypeInfo<>(TokenizedText.class, TokenizedTextSerializer.INSTANCE);

    /**
     * Checks the lengths.
     *
     * @throws IllegalArgumentException if they differ
     */
    public TokenizedText {
        Objects.requireNonNull(text, "text");
        if (ids.length != attentionMask.length || ids.length != typeIds.length) {
            throw new IllegalArgumentException(
                    "Invalid tokens: %d ids, %d of the mask, %d types. They must be as many."
                            .formatted(ids.length, attentionMask.length, typeIds.length));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenizedText that
                && text.equals(that.text)
                && Arrays.equals(ids, that.ids)
                && Arrays.equals(attentionMask, that.attentionMask)
                && Arrays.equals(typeIds, that.typeIds)
                && isTruncated == that.isTruncated;
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, Arrays.hashCode(ids), isTruncated);
    }

    @Override
    public String toString() {
        return "TokenizedText[%d tokens of '%s']".formatted(ids.length, text);
    }

    /** Tells Flink the type above. */
    public static final class InfoFactory extends TypeInfoFactory<TokenizedText> {
        @Override
        public TypeInformation<TokenizedText> createTypeInfo(
                Type type, Map<String, TypeInformation<?>> genericParameters) {
            return TYPE;
        }
    }
}
