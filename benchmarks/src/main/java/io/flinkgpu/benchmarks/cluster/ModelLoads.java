package io.flinkgpu.benchmarks.cluster;

import io.flinkgpu.deploy.cluster.LocalCluster;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * How many models each process of some clusters has loaded, read from the log lines of {@code
 * io.flinkgpu.inference.model.HostedModel}.
 *
 * <p>Immutable: a picture of one moment.
 */
@Internal
public final class ModelLoads {

    private static final String LOADED = " Loaded model ";

    private final Map<Long, Long> byPid;

    private ModelLoads(Map<Long, Long> byPid) {
        this.byPid = Map.copyOf(byPid);
    }

    /** Counts what was loaded up to this moment. */
    public static ModelLoads of(LocalCluster... clusters) {
        Map<Long, Long> counts = new HashMap<>();
        for (LocalCluster cluster : List.of(clusters)) {
            for (ProcessRecord process : cluster.processes()) {
                counts.put(process.pid(), count(process.logFile()));
            }
        }
        return new ModelLoads(counts);
    }

    /** Loads of the clusters' present processes since an earlier picture of them. */
    public long since(ModelLoads earlier) {
        return byPid.entrySet().stream()
                .mapToLong(
                        process ->
                                process.getValue()
                                        - earlier.byPid.getOrDefault(process.getKey(), 0L))
                .sum();
    }

    /** Loads in one log; 0 if there is none yet. */
    static long count(Path log) {
        if (!Files.exists(log)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(LOADED)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
