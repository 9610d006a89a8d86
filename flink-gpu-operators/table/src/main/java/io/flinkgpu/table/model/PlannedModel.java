package io.flinkgpu.table.model;

import io.flinkgpu.inference.model.ModelSignature;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * A model as its statement and its files have it.
 *
 * @param subject what errors call it
 * @param signature an open one where it is not known
 * @param inputs the columns that the statement declares
 * @param outputs the columns that the statement declares
 */
record PlannedModel(
        String subject,
        TableModelConfig config,
        ModelSignature signature,
        RowType inputs,
        RowType outputs)
        implements Serializable {

    /** The model for rows as the statement declares them. */
    BoundModel bind() {
        return BoundModel.bind(subject, config, signature, inputs, outputs);
    }

    /**
     * The model for rows as a query has them: Flink lets a query give an INT to a BIGINT column,
     * and hands it over as it is.
     */
    Prediction forArguments(List<LogicalType> types) {
        List<RowType.RowField> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(new RowType.RowField(inputs.getFieldNames().get(i), types.get(i)));
        }
        return Prediction.of(
                config, BoundModel.bind(subject, config, signature, new RowType(fields), outputs));
    }
}
