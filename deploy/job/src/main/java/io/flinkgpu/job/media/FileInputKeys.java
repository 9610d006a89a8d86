package io.flinkgpu.job.media;

import io.flinkgpu.connectors.file.InvalidInputException;
import io.flinkgpu.connectors.source.FileManifest;
import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import io.flinkgpu.job.element.NewOnly;
import io.flinkgpu.job.element.PlannedElement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.core.fs.Path;

/** The keys that every source of files has. */
final class FileInputKeys {

    private static final Key<List<String>> PATH =
            Key.of("path", ValueTypes.listOf(ValueTypes.path()))
                    .required()
                    .describedAs(
                            "A directory, a file, a glob such as s3://bucket/2024-*/**/*.jpg, or a list of files (*.txt, one path a line).");
    private static final Key<List<String>> EXTENSIONS =
            Key.of("extensions", ValueTypes.listOf(ValueTypes.text()))
                    .describedAs(
                            "Takes only files of directories and globs whose names end so, in any case, such as .jpg. Without it a source of tar shards takes .tar, .tar.gz and .tgz, and another one all.");
    private static final Key<Boolean> RECURSIVE =
            Key.of("recursive", ValueTypes.truth())
                    .orElse(true)
                    .describedAs("Whether files in directories of a directory count.");
    private static final Key<Duration> MONITOR =
            Key.of("monitor", ValueTypes.duration())
                    .describedAs(
                            "Looks for new files so often; the job does not end then. Without it the files that are there are read.");
    private static final Key<Duration> MIN_AGE =
            Key.of("min-age", ValueTypes.duration())
                    .describedAs(
                            "With monitor: takes a file only after it has not been written to for so long. Without it at once.");
    private static final Key<Duration> REMEMBER =
            Key.of("remember", ValueTypes.duration())
                    .describedAs(
                            "With monitor: forgets files that are so much older than the newest one, which bounds memory and checkpoints; an older file that turns up is not read. Without it all are remembered.");

    private FileInputKeys() {}

    /** These keys and those of a source itself. */
    static List<Key<?>> with(Key<?>... own) {
        return Stream.concat(
                        Stream.of(
                                PATH,
                                EXTENSIONS,
                                RECURSIVE,
                                MONITOR,
                                MIN_AGE,
                                REMEMBER,
                                NewOnly.KEY),
                        Stream.of(own))
                .toList();
    }

    /**
     * Builds a source as the file says; adds a problem where that is impossible.
     *
     * @param builder of these inputs, with what the source's own keys say
     * @param planned makes the element of the builder and its source
     */
    static <T, B extends FileSourceBuilder<T, B>> Optional<PlannedElement> build(
            Function<Path[], B> builder,
            BiFunction<B, Source<T, ?, ?>, PlannedElement> planned,
            ElementContext context) {
        Config config = context.config();
        requireMonitor(config, MIN_AGE);
        requireMonitor(config, REMEMBER);
        try {
            B files =
                    builder.apply(
                            config.get(PATH).stream().map(context::resolve).toArray(Path[]::new));
            files.recursive(config.get(RECURSIVE));
            config.find(EXTENSIONS)
                    .ifPresent(names -> files.extensions(names.toArray(String[]::new)));
            config.find(MONITOR).ifPresent(files::monitor);
            config.find(MIN_AGE).ifPresent(files::minAge);
            config.find(REMEMBER).ifPresent(files::remember);
            Optional<NewOnly> newOnly = NewOnly.of(context);
            newOnly.ifPresent(run -> files.newOnly(new FileManifest(run.mark(), run.since())));
            PlannedElement element = planned.apply(files, files.build());
            return Optional.of(
                    newOnly.isPresent()
                            ? element.withMark(newOnly.get().mark())
                                    .withNotes(notes(element, files))
                            : element);
        } catch (InvalidInputException missing) {
            missing.problems().forEach(config.at(PATH)::problem);
        } catch (IllegalArgumentException invalid) {
            config.object().problem(invalid.getMessage());
        }
        return Optional.empty();
    }

    private static List<String> notes(PlannedElement element, FileSourceBuilder<?, ?> files) {
        try {
            FileSourceBuilder.FileCounts counts = files.count();
            return Stream.concat(
                            element.notes().stream(),
                            Stream.of(
                                    "new files: %d of %d".formatted(counts.fresh(), counts.all())))
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "Cannot tell new files: " + unreadable.getMessage(), unreadable);
        }
    }

    private static void requireMonitor(Config config, Key<Duration> key) {
        if (config.says(key) && !config.says(MONITOR)) {
            config.at(key).invalid("It needs the key monitor. Add it, or remove this one.");
        }
    }
}
