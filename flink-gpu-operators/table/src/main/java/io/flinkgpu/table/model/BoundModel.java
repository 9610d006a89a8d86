package io.flinkgpu.table.model;

import io.flinkgpu.inference.RowFailedException;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.model.ModelSignature;
import io.flinkgpu.inference.tensor.TensorRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** A model whose inputs and outputs are bound to columns. Immutable. */
@Internal
public final class BoundModel implements Serializable {

    private static final long serialVersionUID = 1L;

    private final InputColumns inputs;
    private final OutputColumns outputs;

    private BoundModel(InputColumns inputs, OutputColumns outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /**
     * Binds columns to a model.
     *
     * @param subject what errors call the model, such as its identifier in the catalog
     * @param signature an open one where it is not known
     * @param inputColumns by the names that the model's options use, with the types that rows have
     * @throws ValidationException naming everything that does not fit, with the statement that does
     */
    public static BoundModel bind(
            String subject,
            TableModelConfig config,
            ModelSignature signature,
            RowType inputColumns,
            RowType outputColumns) {
        List<String> problems = new ArrayList<>();
        InputColumns inputs = InputColumns.bind(config.inputs(), inputColumns, signature, problems);
        OutputColumns outputs =
                OutputColumns.bind(
                        config.outputs(), config.errors(), outputColumns, signature, problems);
        if (!problems.isEmpty()) {
            throw new ValidationException(
                    "Cannot use model %s: %s%s"
                            .formatted(
                                    subject,
                                    String.join(" ", problems),
                                    signature.isOpen()
                                            ? ""
                                            : " What fits: "
                                                    + CreateModelStatement.columns(signature)
                                                    + "."));
        }
        return new BoundModel(inputs, outputs);
    }

    /** Writes the input columns of a row. */
    public TensorEncoder<RowData> encoder() {
        return inputs;
    }

    /** The output columns of an answer; the caller owns the row. */
    public GenericRowData decode(TensorRow answer) {
        return outputs.decode(answer);
    }

    /** The output columns of a row that failed. */
    public GenericRowData failed(RowFailedException failure) {
        return outputs.failed(failure);
    }
}
