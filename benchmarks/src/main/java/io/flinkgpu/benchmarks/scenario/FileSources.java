package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.SourceThroughput;
import io.flinkgpu.benchmarks.flink.WholeStreamFormat;
import io.flinkgpu.benchmarks.harness.Measurement;
import io.flinkgpu.benchmarks.harness.Plan;
import io.flinkgpu.benchmarks.harness.RatioRule;
import io.flinkgpu.benchmarks.harness.Run;
import io.flinkgpu.benchmarks.harness.Scenario;
import io.flinkgpu.benchmarks.harness.ScenarioInfo;
import io.flinkgpu.benchmarks.harness.Side;
import io.flinkgpu.connectors.media.MediaFiles;
import io.flinkgpu.connectors.tar.TarShards;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.util.IOUtils;

/** Our sources of small files against another way to read the same bytes. */
@Internal
public final class FileSources implements Scenario {

    private static final int PARALLELISM = 2;
    private static final int MAX_TIMES = 64;

    private final Pair pair;
    private final int files;
    private final ScenarioInfo info;
    private final Map<Side, Double> lastRates = new EnumMap<>(Side.class);
    private final Map<Side, Long> lastRows = new EnumMap<>(Side.class);
    private FileData data;
    private BenchCluster cluster;
    private SourceThroughput throughput;

    /** What is compared. */
    public enum Pair {
        /** The source of media files against Flink's own. */
        LOOSE_FILES("loose files", Pair.STOCK) {
            @Override
            Source<?, ?, ?> ours(FileData data, int times) throws Exception {
                return media(data, times);
            }

            @Override
            Source<?, ?, ?> peer(FileData data, int times) throws Exception {
                return stock(data, times);
            }
        },
        /** The source of tar shards against Flink's own of loose files. */
        TAR_SHARDS("tar shards", Pair.STOCK) {
            @Override
            Source<?, ?, ?> ours(FileData data, int times) throws Exception {
                return shards(data, times);
            }

            @Override
            Source<?, ?, ?> peer(FileData data, int times) throws Exception {
                return stock(data, times);
            }
        },
        /** The source of tar shards against that of media files. */
        SHARDS_AND_FILES("tar shards, loose files", "MediaFiles on the same files, loose") {
            @Override
            Source<?, ?, ?> ours(FileData data, int times) throws Exception {
                return shards(data, times);
            }

            @Override
            Source<?, ?, ?> peer(FileData data, int times) throws Exception {
                return media(data, times);
            }
        };

        private static final String STOCK =
                "Flink's FileSource on the loose files, a SimpleStreamFormat, one record a file";

        private final String variant;
        private final String peer;

        Pair(String variant, String peer) {
            this.variant = variant;
            this.peer = peer;
        }

        abstract Source<?, ?, ?> ours(FileData data, int times) throws Exception;

        abstract Source<?, ?, ?> peer(FileData data, int times) throws Exception;

        private static Source<?, ?, ?> media(FileData data, int times) throws Exception {
            return MediaFiles.of(flinkPath(data.loose(times))).build();
        }

        private static Source<?, ?, ?> shards(FileData data, int times) throws Exception {
            return TarShards.of(flinkPath(data.shards(times))).build();
        }

        private static Source<?, ?, ?> stock(FileData data, int times) throws Exception {
            return FileSource.forRecordStreamFormat(
                            new WholeStreamFormat(), flinkPath(data.loose(times)))
                    .build();
        }

        private static org.apache.flink.core.fs.Path flinkPath(Path path) {
            return new org.apache.flink.core.fs.Path(path.toUri());
        }
    }

    /**
     * One pair.
     *
     * @param files that are written, a multiple of 1,000
     */
    public FileSources(Pair pair, int files, Plan plan) {
        this.pair = pair;
        this.files = files;
        this.info =
                ScenarioInfo.of(
                                "file-source",
                                "rows/s of a source of 10 kB files against another way to read them",
                                "rows/s",
                                RatioRule.OURS_OVER_PEER,
                                plan)
                        .withVariant(pair.variant);
    }

    @Override
    public ScenarioInfo info() {
        return info;
    }

    @Override
    public void prepare(Path scratch) throws Exception {
        data = FileData.write(scratch.resolve("data"), files);
        cluster = BenchCluster.start(PARALLELISM, scratch);
        throughput = new SourceThroughput(cluster, PARALLELISM);
    }

    @Override
    public Measurement measure(Run run) throws Exception {
        if (!lastRates.containsKey(run.side())) {
            read(run.side(), 1);
        }
        return Measurement.of(read(run.side(), times(run.side(), run.length())));
    }

    @Override
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("model", pair.variant);
        settings.put("files", files);
        settings.put("bytesOfAFile", FileData.FILE_BYTES);
        settings.put("filesOfADirectoryOrShard", FileData.FILES_OF_DIRECTORY);
        settings.put("storage", "local files in the page cache");
        settings.put("parallelism", PARALLELISM);
        settings.put("rowsOfLastJob", lastRows.get(Side.OURS));
        settings.put("rowsOfPeersLastJob", lastRows.get(Side.PEER));
        settings.put("peer", pair.peer);
        return settings;
    }

    @Override
    public void close() throws Exception {
        IOUtils.closeAll(cluster);
    }

    /** How often all files make a job of about this length. */
    private int times(Side side, Duration length) {
        double wanted = lastRates.get(side) * length.toMillis() / 1000 / files;
        return (int) Math.max(1, Math.min(MAX_TIMES, Math.round(wanted)));
    }

    private double read(Side side, int times) throws Exception {
        Source<?, ?, ?> source =
                side == Side.OURS ? pair.ours(data, times) : pair.peer(data, times);
        long rows = (long) files * times;
        double rate = throughput.measure(source, rows);
        lastRates.put(side, rate);
        lastRows.put(side, rows);
        return rate;
    }
}
