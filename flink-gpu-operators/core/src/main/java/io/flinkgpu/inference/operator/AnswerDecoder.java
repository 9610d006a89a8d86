package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.tensor.TensorRow;

/** Completes rows by what the user's decoder makes of their answers. Mailbox thread only. */
final class AnswerDecoder<IN, OUT> {

    private final TensorDecoder<IN, OUT> decoder;

    AnswerDecoder(TensorDecoder<IN, OUT> decoder) {
        this.decoder = decoder;
    }

    /**
     * Completes a row.
     *
     * @throws Exception what the decoder throws; the row is not completed then
     */
    void complete(InFlightRow<IN, OUT> row, TensorRow answer) throws Exception {
        OUT record = decoder.decode(row.value(), answer);
        if (record == null) {
            throw new IllegalStateException(
                    "Cannot decode answer: the decoder returned null. It must return a record, or throw for a row that has none.");
        }
        row.complete(record);
    }
}
