package io.flinkgpu.table.stage;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.ErrorPolicy;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.table.model.OnError;
import javax.annotation.Nullable;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.OutputTag;

/**
 * The inference operator of a table.
 *
 * @param deadLetters where rows that fail go; null: what the model's options say becomes of them
 */
record InferenceStage(
        InferenceTable table, StageRows rows, @Nullable DeadLetterTable.Opened deadLetters) {

    private static final String DEAD_LETTERS = "dead-letters";

    /** Adds the operator to the rows of the table behind, or to those for it. */
    DataStream<RowData> infer(DataStream<RowData> stream, StageUids uids) {
        OutputTag<DeadLetter<RowData>> failed = DeadLetter.tag(DEAD_LETTERS, stream.getType());
        Inference<RowData, RowData> inference =
                Inference.on(stream)
                        .model(table.config().model())
                        .encode(rows)
                        .decode(rows)
                        .options(table.config().settings());
        if (table.config().profile() != null) {
            inference.profile(table.config().profile());
        }
        SingleOutputStreamOperator<RowData> answered =
                withErrors(inference, failed).apply(uids.stage());
        answered.name("inference (%s)".formatted(uids.context().getName()));
        table.options()
                .getOptional(InferenceTableOptions.PARALLELISM)
                .ifPresent(answered::setParallelism);
        return withFailed(answered, failed, uids);
    }

    private Inference<RowData, RowData> withErrors(
            Inference<RowData, RowData> inference, OutputTag<DeadLetter<RowData>> failed) {
        if (deadLetters != null) {
            return always(ErrorAction.DEAD_LETTER, inference).deadLetters(failed);
        }
        StageRows ofFailed = rows;
        return switch (table.config().errors().action()) {
            case FAIL -> always(ErrorAction.FAIL, inference);
            // in its place, where order counts
            case NULL, DEFAULT ->
                    always(ErrorAction.DEFAULT_VALUE, inference)
                            .defaultValue(
                                    (row, cause) -> ofFailed.failed(row, unclassified(cause)));
            // a default value is not told the class of the failure
            case COLUMN -> always(ErrorAction.DEAD_LETTER, inference).deadLetters(failed);
        };
    }

    /** Also where the session has actions for classes of failures. */
    private static Inference<RowData, RowData> always(
            ErrorAction action, Inference<RowData, RowData> inference) {
        ErrorPolicy.always(action).actions().forEach(inference::onError);
        return inference;
    }

    private DataStream<RowData> withFailed(
            SingleOutputStreamOperator<RowData> answered,
            OutputTag<DeadLetter<RowData>> failed,
            StageUids uids) {
        if (deadLetters != null) {
            return answered.union(
                    deadLetters.write(
                            answered.getSideOutput(failed), rows.getProducedType(), uids));
        }
        if (table.config().errors().action() != OnError.COLUMN) {
            return answered;
        }
        StageRows ofFailed = rows;
        return answered.union(
                answered.getSideOutput(failed)
                        .map(
                                letter ->
                                        ofFailed.failed(
                                                letter.row(), DeadLetterRows.failure(letter)))
                        .returns(rows.getProducedType())
                        .uid(uids.of("failed", " failed"))
                        .name("failed rows"));
    }

    private static RowFailedException unclassified(String cause) {
        return new RowFailedException(ErrorClass.UNKNOWN, 0, new IllegalStateException(cause));
    }
}
