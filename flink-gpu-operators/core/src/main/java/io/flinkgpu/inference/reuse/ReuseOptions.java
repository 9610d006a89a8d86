package io.flinkgpu.inference.reuse;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The options of the reuse of answers, read from the job's configuration.
 *
 * <p>What the builder sets for one stage goes before them.
 */
@PublicEvolving
public final class ReuseOptions {

    public static final ConfigOption<Boolean> ENABLED =
            ConfigOptions.key("inference.reuse.enabled")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "Whether answers are kept in state and given to later rows with equal"
                                    + " inputs. Turning it on saves runs where rows repeat, and"
                                    + " costs each row a hash, a shuffle and a look into state.");

    public static final ConfigOption<Duration> TTL =
            ConfigOptions.key("inference.reuse.ttl")
                    .durationType()
                    .defaultValue(Duration.ofDays(1))
                    .withDescription(
                            "How long an answer is kept. Raising it finds answers to rows that"
                                    + " repeat later, and takes more disk.");

    public static final ConfigOption<Long> MAX_ENTRIES =
            ConfigOptions.key("inference.reuse.max-entries")
                    .longType()
                    .defaultValue(1_000_000L)
                    .withDescription(
                            "Most answers that a stage keeps, all subtasks together, rounded up to"
                                    + " a multiple of 32768 and above 262144 to one of that."
                                    + " Raising it finds answers to rows that are further apart,"
                                    + " and takes more disk.");

    public static final ConfigOption<String> GENERATION =
            ConfigOptions.key("inference.reuse.generation")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "A text that kept answers belong to, such as 2. With another one no"
                                    + " answer that was kept is found. Change it whenever a row"
                                    + " would be answered otherwise and nothing else shows it:"
                                    + " another encoder or key.");

    private ReuseOptions() {}
}
