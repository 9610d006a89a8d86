package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.ErrorAction;
import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.model.ModelRunException;

/** Does to a row that failed what its stage was told to. Subtask's thread only. */
final class FailedRowHandler<IN, OUT> implements BatchCalls.Failures<IN, OUT> {

    private final ErrorHandling<IN, OUT> errors;
    private final SubtaskContext subtask;

    FailedRowHandler(ErrorHandling<IN, OUT> errors, SubtaskContext subtask) {
        this.errors = errors;
        this.subtask = subtask;
    }

    /**
     * Completes a row that failed.
     *
     * @throws InferenceException if the failure is to fail the job
     */
    @Override
    public void fail(InFlightRow<IN, OUT> row, ErrorClass errorClass, Throwable failure) {
        ErrorAction action = action(errorClass, failure);
        if (action == ErrorAction.FAIL) {
            throw new InferenceException("Cannot infer row: " + failure.getMessage(), failure);
        }
        if (action == ErrorAction.DEFAULT_VALUE) {
            row.complete(defaultFor(row, failure));
        } else {
            row.fail(
                    new InFlightRow.Failure(
                            errorClass, failure, place(failure), subtask.thread().currentMillis()));
        }
        subtask.metrics().rowFailed();
        subtask.events()
                .happened(
                        new FaultEvent.RowGivenUp(subtask.stage(), errorClass, action.toString()));
    }

    /** What concerns every row fails the job, or each of them would hide it. */
    private ErrorAction action(ErrorClass errorClass, Throwable failure) {
        return failure instanceof Error ? ErrorAction.FAIL : errors.policy().actionFor(errorClass);
    }

    private OUT defaultFor(InFlightRow<IN, OUT> row, Throwable failure) {
        try {
            return errors.defaults().valueFor(row.value(), String.valueOf(failure.getMessage()));
        } catch (Exception second) {
            second.addSuppressed(failure);
            throw new InferenceException(
                    "Cannot make default value of row: " + second.getMessage(), second);
        }
    }

    private static String place(Throwable failure) {
        return failure instanceof ModelRunException run ? run.place() : "";
    }
}
