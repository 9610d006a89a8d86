package io.flinkgpu.connectors.budget;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Ends a job when more of its rows fail than its {@link ErrorBudget} allows.
 *
 * <p>The streams of the rows that enter the job and those of its dead letters are led through the
 * guard, which passes them on. It counts them exactly, through failures and restores. When the
 * budget is exceeded the job fails with an {@link ErrorBudgetExceededException} that names budget,
 * counts and the most frequent class; no restart strategy starts it anew. Restored from its last
 * checkpoint with a larger budget it goes on, with the counts of that checkpoint.
 *
 * <p>Counts arrive ten times a second, and with each checkpoint, and a share is held against
 * letters of one to two seconds ago, whose rows are counted by then: some more rows may have failed
 * by then. A builder for one thread.
 */
@PublicEvolving
public final class ErrorBudgetGuard {

    private static final String NAME = "error-budget";

    private final BudgetCheck check;
    private final List<DataStream<BudgetCount>> counts = new ArrayList<>();

    private ErrorBudgetGuard(BudgetCheck check) {
        this.check = check;
    }

    /**
     * Starts a guard.
     *
     * @param lettersAt where the dead letters can be looked at, as the failure says it
     */
    public static ErrorBudgetGuard of(ErrorBudget budget, String lettersAt) {
        return new ErrorBudgetGuard(
                new BudgetCheck(Objects.requireNonNull(budget), Objects.requireNonNull(lettersAt)));
    }

    /** Says something of a dead letter. */
    @PublicEvolving
    @FunctionalInterface
    public interface LetterText<T> extends Function<T, String>, Serializable {}

    /**
     * Counts rows that enter the job.
     *
     * @param name of the counting operator, and its uid
     */
    public <T> SingleOutputStreamOperator<T> rows(String name, DataStream<T> rows) {
        return count(name, rows, new Passage<>(true, null, null));
    }

    /**
     * Counts dead letters of rows that are counted already.
     *
     * @param name of the counting operator, and its uid
     */
    public <T> SingleOutputStreamOperator<T> deadLetters(
            String name, DataStream<T> letters, LetterText<T> errorClass, LetterText<T> cause) {
        return count(name, letters, new Passage<>(false, errorClass, cause));
    }

    /**
     * Counts dead letters which are not among the rows that {@link #rows} sees: what could not even
     * be read.
     *
     * @param name of the counting operator, and its uid
     */
    public <T> SingleOutputStreamOperator<T> unreadRows(
            String name, DataStream<T> letters, LetterText<T> errorClass, LetterText<T> cause) {
        return count(name, letters, new Passage<>(true, errorClass, cause));
    }

    /**
     * Adds what adds up, after all streams have been led through.
     *
     * @return the operator, one subtask, for the caller to give a slot sharing group
     * @throws IllegalStateException if there are no streams
     */
    public SingleOutputStreamOperator<Void> apply() {
        DataStream<BudgetCount> all =
                counts.stream()
                        .reduce(DataStream::union)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "Cannot hold a budget: no stream is counted. Call rows and deadLetters first."));
        return all.rebalance()
                .transform(NAME, Types.VOID, new BudgetOperator(check))
                .uid(NAME)
                .setParallelism(1)
                .setMaxParallelism(1);
    }

    private <T> SingleOutputStreamOperator<T> count(
            String name, DataStream<T> stream, Passage<T> passage) {
        SingleOutputStreamOperator<T> counted =
                stream.transform(name, stream.getType(), new CountingOperator<>(passage))
                        .uid(name)
                        .setParallelism(stream.getParallelism());
        counts.add(counted.getSideOutput(BudgetCount.TAG));
        return counted;
    }
}
