package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ReuseKey;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.reuse.ContentHash;
import io.flinkgpu.inference.reuse.ContentHasher;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.java.functions.KeySelector;

/**
 * Which rows are equal: those with equal keys, or without a key those with equal inputs of the
 * model.
 *
 * <p>As a key selector it deals rows out by their shard, so that equal rows meet in a subtask. One
 * thread for each copy.
 */
@Internal
public final class RowContent<IN> implements KeySelector<IN, Integer> {

    private static final long serialVersionUID = 1L;

    private final TensorEncoder<IN> encoder;
    @Nullable private final ReuseKey<IN> key;
    @Nullable private transient ContentHasher hasher;

    /**
     * What rows are equal by.
     *
     * @param key null: the inputs that the encoder writes
     */
    public RowContent(TensorEncoder<IN> encoder, @Nullable ReuseKey<IN> key) {
        this.encoder = encoder;
        this.key = key;
    }

    /** A row that has no content may go anywhere: it is refused when it is encoded for its run. */
    @Override
    public Integer getKey(IN row) {
        return hash(row).map(ContentHash::shard).orElse(0);
    }

    /** The hash of what a row is; empty if its key or its inputs cannot be had. */
    Optional<ContentHash> hash(IN row) {
        if (hasher == null) {
            hasher = new ContentHasher();
        }
        try {
            return Optional.of(
                    key == null
                            ? hasher.ofInputs(writer -> encoder.encode(row, writer))
                            : hasher.of(key.of(row)));
        } catch (Exception withoutContent) {
            return Optional.empty();
        }
    }
}
