package io.flinkgpu.table.model;

import org.apache.flink.annotation.PublicEvolving;

/** What becomes of a row that a model in SQL cannot answer. */
@PublicEvolving
public enum OnError {
    /** The job fails. */
    FAIL,
    /** The row goes on, and all columns of the model are NULL. */
    NULL,
    /** The row goes on with the values of {@code default.<COLUMN>}. */
    DEFAULT,
    /** The row goes on, and what failed is in the column {@code error-column}. */
    COLUMN
}
