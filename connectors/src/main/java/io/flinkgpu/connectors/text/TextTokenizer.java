package io.flinkgpu.connectors.text;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Turns text into tokens as a {@code tokenizer.json} says, with the tokenizers of Hugging Face.
 *
 * <p>Needs {@code ai.djl.huggingface:tokenizers} on the class path. Nothing is downloaded: the
 * library's offline mode is turned on, unless the system property {@code ai.djl.offline} says
 * otherwise. Holds native memory until it is closed. Used by one thread.
 */
@PublicEvolving
public final class TextTokenizer implements AutoCloseable {

    /** Without it the library looks for CUDA builds of itself and reports its use. */
    private static final String OFFLINE = "ai.djl.offline";

    private final HuggingFaceTokenizer tokenizer;
    private final Tokenization tokenization;

    /**
     * Loads the tokenizer.
     *
     * @throws IOException if its file cannot be read
     * @throws IllegalArgumentException if its file is no {@code tokenizer.json}
     */
    public TextTokenizer(Tokenization tokenization) throws IOException {
        this.tokenization = Objects.requireNonNull(tokenization, "tokenization");
        this.tokenizer = load(tokenization);
    }

    /** The tokens of a text. */
    public TokenizedText encode(String text) {
        Encoding encoding = tokenizer.encode(text, tokenization.hasSpecialTokens(), false);
        return new TokenizedText(
                text,
                encoding.getIds(),
                encoding.getAttentionMask(),
                encoding.getTypeIds(),
                encoding.exceedMaxLength());
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static HuggingFaceTokenizer load(Tokenization tokenization) throws IOException {
        if (System.getProperty(OFFLINE) == null) {
            System.setProperty(OFFLINE, "true");
        }
        String length = Integer.toString(tokenization.maxLength());
        Map<String, String> options =
                Map.of(
                        "addSpecialTokens",
                        Boolean.toString(tokenization.hasSpecialTokens()),
                        "padding",
                        tokenization.isPadded() ? "max_length" : "false",
                        "truncation",
                        "true",
                        "maxLength",
                        length,
                        "modelMaxLength",
                        length);
        try (FSDataInputStream file =
                tokenization.tokenizer().getFileSystem().open(tokenization.tokenizer())) {
            return HuggingFaceTokenizer.newInstance(file, options);
        } catch (RuntimeException e) { // what the native part throws
            throw new IllegalArgumentException(
                    "Invalid tokenizer '%s'. It must be a tokenizer.json: %s"
                            .formatted(tokenization.tokenizer(), e.getMessage()),
                    e);
        }
    }
}
