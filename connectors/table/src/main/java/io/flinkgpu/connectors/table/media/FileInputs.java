package io.flinkgpu.connectors.table.media;

import io.flinkgpu.connectors.source.FileSourceBuilder;
import io.flinkgpu.connectors.table.check.TableProblems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;

/** Which files a table reads, as its {@link FileTableOptions} say. */
record FileInputs(
        List<String> paths,
        List<String> extensions,
        boolean isRecursive,
        Optional<Duration> monitor,
        Optional<Duration> minAge,
        Optional<Duration> remember) {

    static final Set<ConfigOption<?>> OPTIONAL =
            Set.of(
                    FileTableOptions.EXTENSIONS,
                    FileTableOptions.RECURSIVE,
                    FileTableOptions.MONITOR,
                    FileTableOptions.MIN_AGE,
                    FileTableOptions.REMEMBER,
                    FileTableOptions.ON_ERROR);

    /** Reads the options; what is wrong goes to the problems. */
    static FileInputs of(ReadableConfig options, TableProblems problems) {
        FileInputs inputs =
                new FileInputs(
                        options.get(FileTableOptions.PATH),
                        options.getOptional(FileTableOptions.EXTENSIONS).orElse(List.of()),
                        options.get(FileTableOptions.RECURSIVE),
                        options.getOptional(FileTableOptions.MONITOR),
                        options.getOptional(FileTableOptions.MIN_AGE),
                        options.getOptional(FileTableOptions.REMEMBER));
        inputs.check(problems);
        return inputs;
    }

    Path[] toPaths() {
        return paths.stream().map(Path::new).toArray(Path[]::new);
    }

    /** Tells a builder of these paths the rest. */
    <T, B extends FileSourceBuilder<T, B>> B applyTo(B builder) {
        builder.recursive(isRecursive);
        if (!extensions.isEmpty()) {
            builder.extensions(extensions.toArray(String[]::new));
        }
        monitor.ifPresent(builder::monitor);
        minAge.ifPresent(builder::minAge);
        remember.ifPresent(builder::remember);
        return builder;
    }

    private void check(TableProblems problems) {
        if (paths.isEmpty() || paths.stream().anyMatch(String::isBlank)) {
            problems.option(
                    FileTableOptions.PATH,
                    "'" + String.join(";", paths) + "'",
                    "It must name at least one directory, file, glob or file list, and none may be blank.");
        }
        for (String extension : extensions) {
            if (!extension.startsWith(".")) {
                problems.option(
                        FileTableOptions.EXTENSIONS,
                        "'" + extension + "'",
                        "It must start with a dot, such as '.jpg'.");
            }
        }
        monitor.filter(interval -> interval.toMillis() < 1)
                .ifPresent(
                        interval ->
                                problems.option(
                                        FileTableOptions.MONITOR,
                                        interval,
                                        "It must be at least 1 ms."));
        remember.filter(Duration::isZero)
                .ifPresent(
                        window ->
                                problems.option(
                                        FileTableOptions.REMEMBER, window, "It must be positive."));
        requireMonitor(FileTableOptions.MIN_AGE, minAge, problems);
        requireMonitor(FileTableOptions.REMEMBER, remember, problems);
    }

    private void requireMonitor(
            ConfigOption<?> option, Optional<Duration> value, TableProblems problems) {
        if (value.isPresent() && monitor.isEmpty()) {
            problems.option(
                    option,
                    value.get(),
                    "It needs the option monitor. Add it, or remove this one.");
        }
    }
}
