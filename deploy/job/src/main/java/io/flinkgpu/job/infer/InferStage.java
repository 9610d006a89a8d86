package io.flinkgpu.job.infer;

import io.flinkgpu.inference.DeadLetter;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.job.element.BuildContext;
import io.flinkgpu.job.element.DeadLetterRows;
import io.flinkgpu.job.element.ElementOutput;
import io.flinkgpu.job.row.RowSchema;
import io.flinkgpu.resources.StageProfile;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.types.Row;
import org.apache.flink.util.OutputTag;

/**
 * A planned inference, ready to be added to a job.
 *
 * @param options of this stage, which go before the job's
 * @param profile with its GPU, which counts where the model runs in the job; null: none
 * @param input the rows that it takes
 * @param output the rows that it emits
 */
record InferStage(
        ModelRef model,
        Configuration options,
        @Nullable StageProfile profile,
        List<InputBinding> inputs,
        List<OutputBinding> outputs,
        RowSchema input,
        RowSchema output) {

    ElementOutput build(BuildContext context) {
        OutputTag<DeadLetter<Row>> failed =
                DeadLetter.tag(context.name() + "-failed", input.typeInfo());
        Inference<Row, Row> inference =
                Inference.on(context.input())
                        .model(model)
                        .encode(new RowEncoder(inputs))
                        .decode(new RowDecoder(input, outputs, output))
                        .options(options);
        if (profile != null) {
            inference.profile(profile);
        }
        if (context.takesDeadLetters()) {
            inference.deadLetters(failed);
        }
        SingleOutputStreamOperator<Row> rows = inference.apply(context.name());
        if (context.placement().parallelism() > 0) {
            rows.setParallelism(context.placement().parallelism());
        }
        return new ElementOutput(
                rows, context.takesDeadLetters() ? deadLetters(rows, failed, context) : null);
    }

    /** In the place of the stage, whatever that is in its mode. */
    private DataStream<Row> deadLetters(
            SingleOutputStreamOperator<Row> rows,
            OutputTag<DeadLetter<Row>> failed,
            BuildContext context) {
        DeadLetterRows letters = new DeadLetterRows(context.name(), input);
        return rows.getSideOutput(failed)
                .map(letter -> letters.of(letter))
                .returns(DeadLetterRows.SCHEMA.typeInfo())
                .name(context.name() + ".dead-letters")
                .uid(context.name() + ".dead-letters")
                .setParallelism(rows.getParallelism());
    }
}
