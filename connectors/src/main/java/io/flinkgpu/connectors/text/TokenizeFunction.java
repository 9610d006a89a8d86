package io.flinkgpu.connectors.text;

import java.io.IOException;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.metrics.Counter;

/**
 * Turns texts into tokens; each subtask loads the tokenizer when it starts.
 *
 * <p>Counts texts that were cut in the metric {@code textsTruncated}. Keeps no state. A row of its
 * own kind is tokenized by a {@link TextTokenizer} in a function of its own.
 */
@PublicEvolving
public final class TokenizeFunction extends RichMapFunction<String, TokenizedText> {

    private static final long serialVersionUID = 1L;

    private final Tokenization tokenization;

    private transient TextTokenizer tokenizer;
    private transient Counter truncated;

    public TokenizeFunction(Tokenization tokenization) {
        this.tokenization = Objects.requireNonNull(tokenization, "tokenization");
    }

    @Override
    public void open(OpenContext context) throws IOException {
        tokenizer = new TextTokenizer(tokenization);
        truncated = getRuntimeContext().getMetricGroup().counter("textsTruncated");
    }

    @Override
    public TokenizedText map(String text) {
        TokenizedText tokens = tokenizer.encode(text);
        if (tokens.isTruncated()) {
            truncated.inc();
        }
        return tokens;
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
