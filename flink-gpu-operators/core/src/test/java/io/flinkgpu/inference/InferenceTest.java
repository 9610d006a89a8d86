package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.resources.StageProfile;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.streaming.runtime.partitioner.ForwardPartitioner;
import org.apache.flink.streaming.runtime.partitioner.KeyGroupStreamPartitioner;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;
import org.apache.flink.streaming.runtime.partitioner.StreamPartitioner;
import org.junit.jupiter.api.Test;

/** What the builder adds to a job, and what it refuses. */
class InferenceTest {

    private final StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.getExecutionEnvironment();

    @Test
    void isHeadOfItsChainAndChainsItsSuccessors() {
        classify(numbers().forward()).map(row -> row).returns(Types.LONG).print();

        List<JobVertex> vertices =
                environment
                        .getStreamGraph()
                        .getJobGraph()
                        .getVerticesSortedTopologicallyFromSources();

        assertThat(vertices).hasSize(2);
        assertThat(vertices.get(1).getName()).startsWith("classify -> Map -> Sink");
    }

    @Test
    void dealsRowsOutEvenlyUnlessToldOtherwise() {
        classify(numbers()).sinkTo(new DiscardingSink<>());

        assertThat(inputPartitioner()).isInstanceOf(RebalancePartitioner.class);
    }

    @Test
    void keepsAForwardEdgeThatTheUserAsksFor() {
        classify(numbers().forward()).sinkTo(new DiscardingSink<>());

        assertThat(inputPartitioner()).isInstanceOf(ForwardPartitioner.class);
    }

    @Test
    void keepsTheUsersKeys() {
        classify(numbers().keyBy(row -> row % 3)).sinkTo(new DiscardingSink<>());

        assertThat(inputPartitioner()).isInstanceOf(KeyGroupStreamPartitioner.class);
    }

    @Test
    void dealsRowsOutByTheirContentWhereAnswersAreReused() {
        reuse(numbers().rebalance()).sinkTo(new DiscardingSink<>());

        assertThat(inputPartitioner()).isInstanceOf(KeyGroupStreamPartitioner.class);
    }

    @Test
    void refusesToReuseAnswersWhereTheUserKeysTheStream() {
        assertThatThrownBy(() -> reuse(numbers().keyBy(row -> row % 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot add inference 'classify': reuse deals rows out by their content, and the stream is partitioned. Leave keyBy, forward and the like in front of it out, or reuse off.");
    }

    @Test
    void refusesToReuseAnswersWhereAProfileLeavesStateNoMemory() {
        assertThatThrownBy(
                        () ->
                                inference(numbers())
                                        .profile(profile(0.5))
                                        .reuse(ResultReuse.on())
                                        .apply("classify"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot add inference 'classify': reuse keeps answers in state, and profile 'inference' leaves RocksDB no memory for it. Set managed of the profile, 64 mb to begin with, or state.backend.type: hashmap for answers on the heap.");
    }

    @Test
    void reusesAnswersOnTheHeapWithAProfileWithoutManagedMemory() {
        environment.configure(
                new Configuration().set(StateBackendOptions.STATE_BACKEND, "hashmap"));

        assertThat(
                        inference(numbers())
                                .profile(profile(0.5))
                                .reuse(ResultReuse.on())
                                .apply("classify"))
                .isNotNull();
    }

    @Test
    void refusesToReuseAnswersInBatchMode() {
        environment.setRuntimeMode(RuntimeExecutionMode.BATCH);

        assertThatThrownBy(() -> reuse(numbers()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot add inference 'classify': reuse needs execution.runtime-mode: STREAMING, and it is BATCH. In BATCH mode Flink forgets the answers of a key as soon as another key comes. Set it, or leave reuse off.");
    }

    @Test
    void takesTheOutputTypeFromTheDecoder() {
        SingleOutputStreamOperator<String> named =
                Inference.on(numbers())
                        .model(SimulatedModel.named("echo").ref())
                        .encode((row, writer) -> writer.floats(row))
                        .decode((row, answer) -> row.toString())
                        .apply("name");

        assertThat(named.getType()).isEqualTo(Types.STRING);
    }

    @Test
    void putsTheStageIntoItsProfilesSlotSharingGroup() {
        inference(numbers()).profile(profile(0.5)).apply("classify").sinkTo(new DiscardingSink<>());

        assertThat(node("classify").getSlotSharingGroup()).isEqualTo("inference");
    }

    @Test
    void namesEverythingThatIsMissing() {
        assertThatThrownBy(() -> Inference.on(numbers()).apply("classify"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Cannot add inference 'classify': .model(...) is missing. .encode(...) is"
                                + " missing. .decode(...) is missing.");
    }

    @Test
    void refusesProfileWithSeveralGpus() {
        assertThatThrownBy(() -> inference(numbers()).profile(profile(2)).apply("classify"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid gpus of profile 'inference': 2.0.");
    }

    @Test
    void refusesWeightBelowOne() {
        assertThatThrownBy(() -> inference(numbers()).weigh(0, row -> 1).apply("classify"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid batch weight: 0. It must be at least 1.");
    }

    @Test
    void putsWhatIsSetOnTheBuilderBeforeTheJobsConfiguration() {
        environment.configure(new Configuration().set(InferenceOptions.CAPACITY, 10));

        assertThatThrownBy(() -> inference(numbers()).batch(Batching.ofSize(64)).apply("classify"))
                .isInstanceOf(IllegalConfigurationException.class)
                .hasMessage(
                        "Invalid inference.capacity: 10. It must be at least"
                                + " inference.batch.max-size, which is 64.");
        assertThat(inference(numbers()).batch(Batching.ofSize(64)).capacity(64).apply("classify"))
                .isNotNull();
    }

    private DataStream<Long> numbers() {
        return environment.fromSequence(0, 9);
    }

    private static Inference<Long, Long> inference(DataStream<Long> rows) {
        return Inference.on(rows)
                .model(SimulatedModel.named("echo").ref())
                .encode((row, writer) -> writer.floats(row))
                .decode((row, answer) -> row);
    }

    private static SingleOutputStreamOperator<Long> classify(DataStream<Long> rows) {
        return inference(rows).apply("classify");
    }

    private static SingleOutputStreamOperator<Long> reuse(DataStream<Long> rows) {
        return inference(rows).reuse(ResultReuse.on()).apply("classify");
    }

    private static StageProfile profile(double gpus) {
        return StageProfile.named("inference")
                .cpuCores(1)
                .taskHeap(MemorySize.ofMebiBytes(64))
                .gpus(gpus)
                .build();
    }

    private StreamPartitioner<?> inputPartitioner() {
        return node("classify").getInEdges().get(0).getPartitioner();
    }

    private StreamNode node(String name) {
        StreamGraph graph = environment.getStreamGraph();
        return StreamSupport.stream(graph.getStreamNodes().spliterator(), false)
                .filter(node -> node.getOperatorName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
