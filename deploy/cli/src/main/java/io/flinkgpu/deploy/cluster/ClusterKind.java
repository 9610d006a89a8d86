package io.flinkgpu.deploy.cluster;

import java.nio.file.Path;
import java.util.Locale;
import org.apache.flink.annotation.Internal;

/** What a local cluster is for, and so which task managers it has. */
@Internal
public enum ClusterKind {
    /** CPU and GPU task managers: stages with profiles, inference in the pipeline's own job. */
    MIXED("cluster", 8081),
    /** CPU task managers alone: a pipeline whose inference runs in a pool. */
    CPU("cluster", 8081),
    /** GPU task managers of one shape: an elastic pool. */
    POOL("pool", 8082);

    private final String directoryName;
    private final int defaultRestPort;

    ClusterKind(String directoryName, int defaultRestPort) {
        this.directoryName = directoryName;
        this.defaultRestPort = defaultRestPort;
    }

    /** Where the user's cluster of this kind lives unless another directory is named. */
    public Path defaultDirectory() {
        return Path.of(System.getProperty("user.home"), ".flink-gpu", directoryName);
    }

    /** The port of the web UI unless another is chosen. */
    public int defaultRestPort() {
        return defaultRestPort;
    }

    /** The word of the command line, in lower case. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
