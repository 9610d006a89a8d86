package io.flinkgpu.connectors.table.media;

import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Which files a table reads; named as in job files. */
@PublicEvolving
public final class FileTableOptions {

    /** Inputs, separated by semicolons. Required. */
    public static final ConfigOption<List<String>> PATH =
            ConfigOptions.key("path")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Required. A directory, a file, a glob such as s3://bucket/2024-*/**/*.jpg, or a list of files (*.txt, one path a line); several are separated by semicolons.");

    /** Ends of names. */
    public static final ConfigOption<List<String>> EXTENSIONS =
            ConfigOptions.key("extensions")
                    .stringType()
                    .asList()
                    .noDefaultValue()
                    .withDescription(
                            "Takes only files of directories and globs whose names end so, in any case, such as .jpg;.png. Without it tar-shards takes .tar, .tar.gz and .tgz, and media-files all.");

    /** Whether directories are read with those in them. */
    public static final ConfigOption<Boolean> RECURSIVE =
            ConfigOptions.key("recursive")
                    .booleanType()
                    .defaultValue(true)
                    .withDescription("Whether files in directories of a directory count.");

    /** How often new files are looked for. */
    public static final ConfigOption<Duration> MONITOR =
            ConfigOptions.key("monitor")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "Looks for new files so often; the table is unbounded then. Without it the files that are there are read. Raising it saves listings and finds files later.");

    /** How long a file must have been left alone. */
    public static final ConfigOption<Duration> MIN_AGE =
            ConfigOptions.key("min-age")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "With monitor: takes a file only after it has not been written to for so long. Without it at once. Raising it suits slower writers and finds files later.");

    /** How long files are told from those that were read. */
    public static final ConfigOption<Duration> REMEMBER =
            ConfigOptions.key("remember")
                    .durationType()
                    .noDefaultValue()
                    .withDescription(
                            "With monitor: forgets files that are so much older than the newest one; an older file that turns up is not read. Without it all are remembered. Raising it takes later files, and 24 bytes a file in checkpoints.");

    /** What becomes of what cannot be read. */
    public static final ConfigOption<OnError> ON_ERROR =
            ConfigOptions.key("on-error")
                    .enumType(OnError.class)
                    .noDefaultValue()
                    .withDescription(
                            "What becomes of a file or a sample that cannot be read: 'fail' fails the job, 'skip' leaves it out and counts it (numRecordsInErrors), 'column' makes a row with the metadata column error and NULL for its content. Without it 'column' where the table has that column, else 'fail'.");

    private FileTableOptions() {}
}
