package io.flinkgpu.inference;

import io.flinkgpu.inference.reuse.ReuseOptions;
import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.Configuration;

/**
 * How long and how many answers are kept for rows that repeat.
 *
 * <p>A limit left out is taken from the job's configuration, see {@link ReuseOptions}.
 */
@PublicEvolving
public final class ResultReuse {

    private final Configuration options = new Configuration();

    private ResultReuse() {
        options.set(ReuseOptions.ENABLED, true);
    }

    /** Reuse with the limits of the job's configuration. */
    public static ResultReuse on() {
        return new ResultReuse();
    }

    /** Keeps an answer that long. */
    public ResultReuse ttl(Duration time) {
        options.set(ReuseOptions.TTL, time);
        return this;
    }

    /** Keeps that many answers in all subtasks together; see {@link ReuseOptions#MAX_ENTRIES}. */
    public ResultReuse maxEntries(long answers) {
        options.set(ReuseOptions.MAX_ENTRIES, answers);
        return this;
    }

    /**
     * Finds no answer that was kept with another text, such as {@code "2"}; empty by default.
     * Change it together with the encoder or the {@link ReuseKey}, where rows keep their keys and
     * get other answers.
     */
    public ResultReuse generation(String text) {
        options.set(ReuseOptions.GENERATION, text);
        return this;
    }

    Configuration options() {
        return options;
    }
}
