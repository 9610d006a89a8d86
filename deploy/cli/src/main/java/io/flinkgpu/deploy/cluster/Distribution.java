package io.flinkgpu.deploy.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * The assembled distribution on disk: {@code lib/}, {@code plugins/}, {@code conf/}, {@code bin/}
 * and {@code examples/}.
 *
 * @param home its root directory, absolute
 */
@Internal
public record Distribution(Path home) {

    /** The system property with the root directory, which the launcher sets. */
    public static final String HOME_PROPERTY = "flinkgpu.home";

    /** The environment variable with the root directory. */
    public static final String HOME_VARIABLE = "FLINK_GPU_HOME";

    /**
     * Checks that the directory is a distribution.
     *
     * @throws ClusterException if it has no {@code bin/taskmanager.sh}
     */
    public Distribution {
        home = home.toAbsolutePath().normalize();
        if (!Files.isRegularFile(home.resolve("bin/taskmanager.sh"))) {
            throw new ClusterException(
                    "Cannot use distribution %s: it has no bin/taskmanager.sh. Build it with 'mvn package'."
                            .formatted(home));
        }
    }

    /**
     * The distribution that this process runs from: named by {@value #HOME_PROPERTY}, or else by
     * {@value #HOME_VARIABLE}.
     *
     * @throws ClusterException if neither is set, or what it names is no distribution
     */
    public static Distribution current() {
        return Optional.ofNullable(System.getProperty(HOME_PROPERTY))
                .or(() -> Optional.ofNullable(System.getenv(HOME_VARIABLE)))
                .map(home -> new Distribution(Path.of(home)))
                .orElseThrow(
                        () ->
                                new ClusterException(
                                        "Cannot find the distribution: neither %s nor %s is set. Use the flink-gpu launcher."
                                                .formatted(HOME_PROPERTY, HOME_VARIABLE)));
    }

    /** Flink's configuration and the logging configurations. */
    public Path conf() {
        return home.resolve("conf");
    }

    /** The jars of Flink, the models' runtimes and this project. */
    public Path lib() {
        return home.resolve("lib");
    }

    /** Flink's plugins, the GPU driver among them. */
    public Path plugins() {
        return home.resolve("plugins");
    }

    /** Data, models and job jars of the examples. */
    public Path examples() {
        return home.resolve("examples");
    }

    /** The thin job jar of the digits example, as the Flink client submits it. */
    public Path digitsJobJar() {
        return examples().resolve("digits-job.jar");
    }

    /** The thin job jar that runs job files, as the Flink client submits it. */
    public Path jobFilesJar() {
        return examples().resolve("flink-gpu-job.jar");
    }

    /** The script that runs a process in the foreground. */
    public Path script(ProcessRole role) {
        return home.resolve("bin").resolve(role.script());
    }
}
