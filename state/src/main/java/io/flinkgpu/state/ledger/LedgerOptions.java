package io.flinkgpu.state.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/**
 * The options of the ledger, in the configuration of the job manager and, over it, of the job.
 *
 * <p>The ledger is off without {@link #URL}.
 */
@PublicEvolving
public final class LedgerOptions {

    /** Where the password is looked up that is not configured. */
    public static final String PASSWORD_ENVIRONMENT_VARIABLE = "FLINK_GPU_LEDGER_PASSWORD";

    public static final ConfigOption<String> URL =
            ConfigOptions.key("ledger.url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The database in which the job manager records runs, such as"
                                    + " jdbc:sqlite:/var/lib/flink-gpu/ledger.db, whose ~/ is the"
                                    + " home directory, or jdbc:postgresql://host/database. Without"
                                    + " it nothing is recorded.");

    public static final ConfigOption<String> USER =
            ConfigOptions.key("ledger.user")
                    .stringType()
                    .noDefaultValue()
                    .withDescription("The user of a PostgreSQL database.");

    public static final ConfigOption<String> PASSWORD =
            ConfigOptions.key("ledger.password")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The password of that user. Without it the environment variable"
                                    + " FLINK_GPU_LEDGER_PASSWORD of the job manager is read.");

    public static final ConfigOption<Duration> CONNECT_TIMEOUT =
            ConfigOptions.key("ledger.connect-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "How long connecting to PostgreSQL, or waiting for another writer of"
                                    + " SQLite's file, may take before it is tried again. Raising"
                                    + " it tolerates slower networks; no job waits for it.");

    public static final ConfigOption<Integer> MAX_QUEUED_ENTRIES =
            ConfigOptions.key("ledger.queue.max-entries")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription(
                            "Most entries of a job that wait in the job manager's memory for a"
                                    + " database that is away, each up to some kilobytes. Beyond it"
                                    + " the newest checkpoint and progress replace older ones, and"
                                    + " events are dropped and counted. Raising it loses less and"
                                    + " takes more memory.");

    public static final ConfigOption<Duration> MAX_RETRY_PAUSE =
            ConfigOptions.key("ledger.retry.max-pause")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "The longest pause before a database that is away is tried again;"
                                    + " pauses begin with 100 ms and double. Raising it spares the"
                                    + " database and catches up later.");

    public static final ConfigOption<Duration> CLOSE_TIMEOUT =
            ConfigOptions.key("ledger.close-timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(30))
                    .withDescription(
                            "How long the job manager goes on writing entries of a job that has"
                                    + " ended. Raising it bridges longer outages of the database;"
                                    + " nothing waits for it.");

    public static final ConfigOption<Duration> MAX_AGE =
            ConfigOptions.key("ledger.retention.max-age")
                    .durationType()
                    .defaultValue(Duration.ofDays(90))
                    .withDescription(
                            "How long a run is kept after its last entry. Raising it makes the"
                                    + " database larger.");

    public static final ConfigOption<Integer> MAX_RUNS =
            ConfigOptions.key("ledger.retention.max-runs")
                    .intType()
                    .defaultValue(1000)
                    .withDescription(
                            "Most runs that are kept; beyond it the oldest that have ended are"
                                    + " forgotten. Raising it makes the database larger.");

    public static final ConfigOption<Integer> MAX_CHECKPOINTS =
            ConfigOptions.key("ledger.retention.max-checkpoints")
                    .intType()
                    .defaultValue(1000)
                    .withDescription(
                            "Most checkpoints that are kept of a run, about; beyond it every second"
                                    + " one of the older half is forgotten, so that the history of"
                                    + " a long run becomes coarser with age. Savepoints are kept."
                                    + " Raising it makes the database larger.");

    public static final ConfigOption<Integer> MAX_EVENTS =
            ConfigOptions.key("ledger.retention.max-events")
                    .intType()
                    .defaultValue(10_000)
                    .withDescription(
                            "Most events that are kept of a run, about; beyond it the oldest are"
                                    + " forgotten. Raising it makes the database larger.");

    public static final ConfigOption<String> RUN_ID =
            ConfigOptions.key("ledger.run.id")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The id of the run; without it the id of Flink's job. A job that"
                                    + " starts with the id of a recorded run continues that run.");

    public static final ConfigOption<String> RUN_NAME =
            ConfigOptions.key("ledger.run.name")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The name by which people find the newest of several runs; without it"
                                    + " the name of Flink's job.");

    public static final ConfigOption<List<String>> RUN_ARGUMENTS =
            ConfigOptions.key("ledger.run.arguments")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "The arguments of the program, as they are to be recorded. Without it"
                                    + " those of an application cluster. Values that look like"
                                    + " secrets by their keys are recorded as ******.");

    public static final ConfigOption<String> RESUMED_RUN =
            ConfigOptions.key("ledger.run.resumed-from")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The id of the run whose checkpoint this one starts from, to link the"
                                    + " two.");

    public static final ConfigOption<String> PROGRAM_FILE =
            ConfigOptions.key("ledger.run.program.file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The path of the job file that the run runs. Set by flink-gpu run and"
                                    + " by the job of flink-gpu-job.jar.");

    public static final ConfigOption<String> PROGRAM_TEXT =
            ConfigOptions.key("ledger.run.program.text")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The text of that file, with its references to variables and secrets."
                                    + " Set as the path is.");

    public static final ConfigOption<Map<String, String>> PROGRAM_VARIABLES =
            ConfigOptions.key("ledger.run.program.variables")
                    .mapType()
                    .noDefaultValue()
                    .withDescription(
                            "Variables of that file which were given beside the environment. Those"
                                    + " that look like secrets by their names are recorded as"
                                    + " ******.");

    public static final ConfigOption<String> PROGRAM_JAR =
            ConfigOptions.key("ledger.run.program.jar")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The path of the jar that the run runs, for flink-gpu resume; its"
                                    + " arguments are those of ledger.run.arguments.");

    public static final ConfigOption<String> PROGRAM_ENTRY_CLASS =
            ConfigOptions.key("ledger.run.program.entry-class")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The class of that jar whose main method is run; without it the one"
                                    + " that its manifest names.");

    public static final ConfigOption<String> PLACE =
            ConfigOptions.key("ledger.run.place")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "Where flink-gpu resume submits the run again: here (a Flink in its own"
                                    + " process), cluster DIRECTORY, or flink URL. Set by"
                                    + " flink-gpu.");

    public static final ConfigOption<String> FLINK =
            ConfigOptions.key("ledger.run.flink")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "The REST address of the Flink that runs the job, which flink-gpu resume"
                                    + " asks whether it still does. Set by flink-gpu; without it"
                                    + " rest.address and rest.port of the job manager.");

    private LedgerOptions() {}
}
