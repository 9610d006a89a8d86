package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;

/**
 * Creates the {@link GpuHealthDetector} of processes that find {@code nvidia-smi}.
 *
 * <p>The devices may become known later than the detector is created, so that their absence decides
 * nothing here: the detector asks for them at each look. The program is only looked for, not run,
 * so that a driver that hangs does not hold up the start.
 */
@Internal
public final class GpuHealthDetectorFactory implements FailureDetectorFactory {

    /** What the detector is called in options, events and metrics. */
    public static final String NAME = "gpu-health";

    private final String searchPath;

    /** Searches the directories of {@code PATH}. */
    public GpuHealthDetectorFactory() {
        this(System.getenv("PATH"));
    }

    GpuHealthDetectorFactory(@Nullable String searchPath) {
        this.searchPath = searchPath == null ? "" : searchPath;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<FailureDetector> create(DetectorContext context) {
        GpuHealthConfig config = GpuHealthConfig.from(context.options());
        return isFound(config.command())
                ? Optional.of(new GpuHealthDetector(config, context))
                : Optional.empty();
    }

    private boolean isFound(String command) {
        return candidates(command).anyMatch(Files::isExecutable);
    }

    // As the operating system looks for a program: a name with a separator is a path.
    private Stream<Path> candidates(String command) {
        if (command.contains(File.separator)) {
            return Stream.of(Path.of(command));
        }
        return Arrays.stream(searchPath.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, command));
    }
}
