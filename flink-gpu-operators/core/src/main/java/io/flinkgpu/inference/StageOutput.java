package io.flinkgpu.inference;

import org.apache.flink.api.common.operators.SlotSharingGroup;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.api.java.typeutils.MissingTypeInfo;
import org.apache.flink.streaming.api.datastream.CachedDataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.transformations.PartitionTransformation;
import org.apache.flink.streaming.runtime.partitioner.RebalancePartitioner;

/**
 * The output of a stage, whose next edge is all-to-all unless the user says otherwise.
 *
 * <p>Flink connects operators of equal parallelism by {@code forward}, in one task if it can, and
 * others by {@code rebalance}. So another parallelism changes what is between two operators, and
 * rows that an unaligned checkpoint holds there find no place. This output and its side outputs are
 * dealt out at any parallelism. What is set on it is set on the stage.
 */
final class StageOutput<T> extends SingleOutputStreamOperator<T> {

    private final SingleOutputStreamOperator<T> stage;

    private StageOutput(SingleOutputStreamOperator<T> stage) {
        super(
                stage.getExecutionEnvironment(),
                new PartitionTransformation<>(
                        stage.getTransformation(), new RebalancePartitioner<>()));
        this.stage = stage;
    }

    /**
     * That of a stage; where its type is not known, or merely generic, once {@code returns} has
     * told it.
     *
     * @param type of the stage's output; asking the stage for it would fix it
     */
    static <T> SingleOutputStreamOperator<T> of(
            SingleOutputStreamOperator<T> stage, TypeInformation<T> type) {
        boolean isOpen = type instanceof MissingTypeInfo || type instanceof GenericTypeInfo;
        return isOpen ? new Untyped<>(stage) : new StageOutput<>(stage);
    }

    @Override
    public int getParallelism() {
        return stage.getParallelism();
    }

    @Override
    public String getName() {
        return stage.getName();
    }

    @Override
    public SingleOutputStreamOperator<T> name(String name) {
        stage.name(name);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> uid(String uid) {
        stage.uid(uid);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> addMetricVariable(String key, String value) {
        stage.addMetricVariable(key, value);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> setUidHash(String uidHash) {
        stage.setUidHash(uidHash);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> setParallelism(int parallelism) {
        stage.setParallelism(parallelism);
        transformation.setParallelism(parallelism);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> setMaxParallelism(int maxParallelism) {
        stage.setMaxParallelism(maxParallelism);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> forceNonParallel() {
        stage.forceNonParallel();
        transformation.setParallelism(1);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> setBufferTimeout(long timeoutMillis) {
        stage.setBufferTimeout(timeoutMillis);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> disableChaining() {
        stage.disableChaining();
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> startNewChain() {
        stage.startNewChain();
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> returns(TypeInformation<T> type) {
        if (!type.equals(getType())) {
            throw new IllegalStateException(
                    "Cannot set the output type of '%s' to %s: its decoder returns %s. Let the decoder implement ResultTypeQueryable."
                            .formatted(getName(), type, getType()));
        }
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> slotSharingGroup(String group) {
        stage.slotSharingGroup(group);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> slotSharingGroup(SlotSharingGroup group) {
        stage.slotSharingGroup(group);
        return this;
    }

    @Override
    public SingleOutputStreamOperator<T> setDescription(String description) {
        stage.setDescription(description);
        return this;
    }

    @Override
    public CachedDataStream<T> cache() {
        return stage.cache();
    }

    @Override
    public SingleOutputStreamOperator<T> enableAsyncState() {
        stage.enableAsyncState();
        return this;
    }

    /** A stage that waits for its output's type. */
    private static final class Untyped<T> extends SingleOutputStreamOperator<T> {

        private final SingleOutputStreamOperator<T> stage;

        private Untyped(SingleOutputStreamOperator<T> stage) {
            super(stage.getExecutionEnvironment(), stage.getTransformation());
            this.stage = stage;
        }

        @Override
        public SingleOutputStreamOperator<T> returns(TypeInformation<T> type) {
            return new StageOutput<>(stage.returns(type));
        }
    }
}
