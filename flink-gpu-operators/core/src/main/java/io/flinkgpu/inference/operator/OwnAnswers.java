package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.reuse.ContentHash;
import io.flinkgpu.inference.reuse.ContentHasher;
import io.flinkgpu.inference.reuse.KeptAnswer;
import io.flinkgpu.inference.reuse.KeptAnswers;
import io.flinkgpu.inference.tensor.TensorRow;
import java.util.Optional;
import java.util.function.Supplier;
import javax.annotation.Nullable;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * The kept answers of the model at hand, as far as they are this subtask's.
 *
 * <p>Nothing is found and nothing kept for a row of another subtask's shard, and while it is not
 * known which model answers. Mailbox thread only.
 */
final class OwnAnswers {

    private final KeptAnswers kept;
    private final Supplier<Optional<ModelIdentity>> model;
    private final String generation;
    private final KeyGroupRange ownGroups;
    private final int allGroups;
    private final ContentHasher hasher = new ContentHasher();
    @Nullable private ModelIdentity hashed;
    @Nullable private ContentHash hashOfModel;

    /**
     * The answers of a subtask.
     *
     * @param generation what they belong to besides the model
     */
    OwnAnswers(
            KeptAnswers kept,
            Supplier<Optional<ModelIdentity>> model,
            String generation,
            TaskInfo subtask) {
        this.kept = kept;
        this.model = model;
        this.generation = generation;
        this.allGroups = subtask.getMaxNumberOfParallelSubtasks();
        this.ownGroups =
                KeyGroupRangeAssignment.computeKeyGroupRangeForOperatorIndex(
                        allGroups,
                        subtask.getNumberOfParallelSubtasks(),
                        subtask.getIndexOfThisSubtask());
    }

    /** The answer to a row; empty if there is none. */
    Optional<KeptAnswer> find(ContentHash row) {
        return owns(row)
                ? model.get().flatMap(identity -> kept.find(row, hash(identity)))
                : Optional.empty();
    }

    /** The model that is asked at present; empty if that is not known. */
    Optional<ModelIdentity> model() {
        return model.get();
    }

    /**
     * Keeps an answer, unless another model may have given it than the one that is asked at
     * present: one version's files may have been replaced.
     *
     * @param asked the {@link #model()} when the row was asked for; empty if it was not known, and
     *     the first that is known gives the answer
     * @return whether another answer had to go
     */
    boolean keep(ContentHash row, Optional<ModelIdentity> asked, TensorRow answer) {
        Optional<ModelIdentity> identity =
                model.get()
                        .filter(known -> known.version().equals(answer.modelVersion()))
                        .filter(known -> asked.isEmpty() || known.equals(asked.get()));
        return identity.isPresent()
                && owns(row)
                && kept.keep(
                        row,
                        hash(identity.get()),
                        new KeptAnswer(answer.copy(), answer.modelVersion()));
    }

    private boolean owns(ContentHash row) {
        return ownGroups.contains(KeyGroupRangeAssignment.assignToKeyGroup(row.shard(), allGroups));
    }

    private ContentHash hash(ModelIdentity identity) {
        if (!identity.equals(hashed)) {
            hashed = identity;
            hashOfModel = hasher.of(identity.model(), identity.version(), generation);
        }
        return hashOfModel;
    }
}
