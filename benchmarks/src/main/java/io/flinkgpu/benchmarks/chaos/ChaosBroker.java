package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.benchmarks.load.LoadTopics;
import io.flinkgpu.deploy.cluster.Distribution;
import io.flinkgpu.deploy.kafka.KafkaBroker;
import io.flinkgpu.deploy.kafka.KafkaBrokerState;
import io.flinkgpu.deploy.kafka.KafkaTopic;
import java.nio.file.Path;
import java.util.List;

/** A real Kafka broker of a run, which is killed and started again. One thread at a time. */
final class ChaosBroker implements AutoCloseable {

    private static final int PARTITIONS = 4;

    private final KafkaBroker broker;
    private KafkaBrokerState state;

    private ChaosBroker(KafkaBroker broker) {
        this.broker = broker;
        this.state = broker.start(Distribution.current(), 0);
    }

    /** Starts a broker with the topics of a load. */
    static ChaosBroker start(Path directory) {
        ChaosBroker started = new ChaosBroker(KafkaBroker.at(directory));
        started.broker.createTopics(
                List.of(
                        new KafkaTopic(LoadTopics.ROWS, PARTITIONS),
                        new KafkaTopic(LoadTopics.RESULTS, PARTITIONS),
                        new KafkaTopic(LoadTopics.DEAD_LETTERS, 1)));
        return started;
    }

    /** Its topics. */
    LoadTopics topics() {
        return new LoadTopics(state.bootstrapServers(), PARTITIONS);
    }

    /**
     * Kills it with SIGKILL and starts it again at the same port, with the same topics.
     *
     * @return who it was
     */
    String restart() {
        ProcessHandle process = ProcessHandle.of(state.process().pid()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        state = broker.start(Distribution.current(), state.port());
        return "broker " + process.pid();
    }

    @Override
    public void close() {
        broker.stop().ifPresent(stopped -> {});
    }
}
