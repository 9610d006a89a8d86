package io.flinkgpu.job.text;

import io.flinkgpu.connectors.text.TextTokenizer;
import io.flinkgpu.connectors.text.Tokenization;
import io.flinkgpu.connectors.text.TokenizedText;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.row.RowMapping;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Tokenizes the texts of rows; a row without a text becomes a dead letter, or fails the job where
 * nobody takes dead letters. Counts texts that were cut as {@code textsTruncated}.
 */
final class TokenizeRowsFunction extends ProcessFunction<Row, Row> {

    /**
     * What is tokenized to what.
     *
     * @param text place of the text in a row
     * @param mapping takes the values of {@link TokenizeStep#TOKENS}
     */
    record Settings(Tokenization tokenization, int text, RowMapping mapping)
            implements Serializable {}

    private final Settings settings;
    private final DeadLetterRows deadLetters;
    private final boolean takesDeadLetters;

    private transient TextTokenizer tokenizer;
    private transient Counter truncated;

    TokenizeRowsFunction(Settings settings, DeadLetterRows deadLetters, boolean takesDeadLetters) {
        this.settings = settings;
        this.deadLetters = deadLetters;
        this.takesDeadLetters = takesDeadLetters;
    }

    @Override
    public void open(OpenContext context) throws IOException {
        tokenizer = new TextTokenizer(settings.tokenization());
        truncated = getRuntimeContext().getMetricGroup().counter("textsTruncated");
    }

    @Override
    public void processElement(Row row, Context context, Collector<Row> out) {
        String text = (String) row.getField(settings.text());
        if (text == null) {
            Row letter = deadLetters.of(row, "IllegalArgumentException", "the text is null");
            if (!takesDeadLetters) {
                throw deadLetters.refused(letter);
            }
            context.output(DeadLetterRows.TAG, letter);
            return;
        }
        TokenizedText tokens = tokenizer.encode(text);
        if (tokens.isTruncated()) {
            truncated.inc();
        }
        out.collect(
                settings.mapping()
                        .row(row, tokens.ids(), tokens.attentionMask(), tokens.typeIds()));
    }

    @Override
    public void close() {
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
