package io.flinkgpu.inference.reuse;

import java.util.Optional;
import java.util.function.IntConsumer;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.LongPrimitiveArraySerializer;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Answers in keyed state, within a bound of their number and for a time.
 *
 * <p>A set-associative cache (Hennessy and Patterson, "Computer Architecture: A Quantitative
 * Approach", B.1): the hash of a row names its shard, which is Flink's key, and in the shard a
 * bucket of a few ways, which are filled in turn. So the bound needs no count and no order over all
 * answers, and holds for the whole job at any parallelism. A bucket's tags lie apart from its
 * answers: a row without an answer reads no answer. A tag is of the row and of the model, so that
 * an answer of another model is not found, and goes when its way's turn comes. Single-threaded.
 */
@Internal
public final class KeptAnswers {

    static final int MOST_WAYS = 8;

    private final MapState<Integer, long[]> tags;
    private final MapState<Integer, KeptAnswer> answers;
    private final IntConsumer currentKey;
    private final int ways;
    private final int buckets;

    /**
     * The answers of a subtask.
     *
     * @param currentKey makes a shard the current key of {@code store}
     */
    public KeptAnswers(KeyedStateStore store, ReuseConfig config, IntConsumer currentKey) {
        this.tags =
                store.getMapState(
                        descriptor("reuse-tags", LongPrimitiveArraySerializer.INSTANCE, config));
        this.answers =
                store.getMapState(
                        descriptor("reuse-answers", KeptAnswerSerializer.INSTANCE, config));
        this.currentKey = currentKey;
        long ofShard = divideUp(config.maxEntries(), ContentHash.SHARDS);
        this.ways = (int) Math.min(MOST_WAYS, ofShard);
        this.buckets = (int) divideUp(ofShard, ways);
    }

    /**
     * The answer that a model has given to a row; empty if it is not kept, or has been for too
     * long.
     *
     * @param row in a shard of this subtask
     */
    public Optional<KeptAnswer> find(ContentHash row, ContentHash model) {
        try {
            currentKey.accept(row.shard());
            int bucket = bucket(row);
            int way = tags(bucket).find(row.with(model));
            return way < 0 ? Optional.empty() : Optional.ofNullable(answers.get(slot(bucket, way)));
        } catch (Exception failure) {
            throw new FlinkRuntimeException(
                    "Cannot read kept answer: " + failure.getMessage(), failure);
        }
    }

    /**
     * Keeps the answer of a model to a row.
     *
     * @param row in a shard of this subtask
     * @return whether another answer had to go
     */
    public boolean keep(ContentHash row, ContentHash model, KeptAnswer answer) {
        try {
            currentKey.accept(row.shard());
            int bucket = bucket(row);
            ContentHash tag = row.with(model);
            AnswerTags before = tags(bucket);
            answers.put(slot(bucket, before.wayFor(tag)), answer);
            // written anew also where it stays, or its time would be over before the answer's
            tags.put(bucket, before.with(tag).toArray());
            return before.replaces(tag);
        } catch (Exception failure) {
            throw new FlinkRuntimeException("Cannot keep answer: " + failure.getMessage(), failure);
        }
    }

    private AnswerTags tags(int bucket) throws Exception {
        @Nullable long[] written = tags.get(bucket);
        return written == null ? AnswerTags.none(ways) : AnswerTags.of(written, ways);
    }

    private int bucket(ContentHash row) {
        return (int) Long.remainderUnsigned(row.low(), buckets);
    }

    private static int slot(int bucket, int way) {
        return bucket * MOST_WAYS + way;
    }

    private static long divideUp(long number, long by) {
        return (number + by - 1) / by;
    }

    /** There is always a time: what a smaller bound leaves behind must go some day. */
    private static <T> MapStateDescriptor<Integer, T> descriptor(
            String name, TypeSerializer<T> serializer, ReuseConfig config) {
        MapStateDescriptor<Integer, T> descriptor =
                new MapStateDescriptor<>(name, IntSerializer.INSTANCE, serializer);
        descriptor.enableTimeToLive(StateTtlConfig.newBuilder(config.ttl()).build());
        return descriptor;
    }
}
