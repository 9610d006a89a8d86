package io.flinkgpu.connectors.text;

import java.io.Serializable;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.Path;

/**
 * What a {@link TextTokenizer} makes of a text.
 *
 * @param tokenizer the model's {@code tokenizer.json}, on a file system that every task manager
 *     reaches
 * @param maxLength the most tokens of a row, special ones included; what is more is cut
 * @param isPadded whether shorter rows are filled up to {@code maxLength}, so that all have one
 *     shape
 * @param hasSpecialTokens whether tokens such as {@code [CLS]} and {@code [SEP]} are added
 */
@PublicEvolving
public record Tokenization(
        Path tokenizer, int maxLength, boolean isPadded, boolean hasSpecialTokens)
        implements Serializable {

    /**
     * Checks the length.
     *
     * @throws IllegalArgumentException if the length is below 1
     */
    public Tokenization {
        Objects.requireNonNull(tokenizer, "tokenizer");
        if (maxLength < 1) {
            throw new IllegalArgumentException(
                    "Invalid maxLength: %d. It must be at least 1.".formatted(maxLength));
        }
    }

    /** Rows of one length with special tokens, as most models take them. */
    public static Tokenization of(String tokenizer, int maxLength) {
        return new Tokenization(new Path(tokenizer), maxLength, true, true);
    }

    /** The same with rows filled up, or as long as their text. */
    public Tokenization withPadding(boolean whether) {
        return new Tokenization(tokenizer, maxLength, whether, hasSpecialTokens);
    }

    /** The same with special tokens, or without. */
    public Tokenization withSpecialTokens(boolean whether) {
        return new Tokenization(tokenizer, maxLength, isPadded, whether);
    }
}
