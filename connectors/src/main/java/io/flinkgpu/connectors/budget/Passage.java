package io.flinkgpu.connectors.budget;

import io.flinkgpu.connectors.budget.ErrorBudgetGuard.LetterText;
import java.io.Serializable;
import javax.annotation.Nullable;

/**
 * What it counts for that a record passes.
 *
 * @param isRow whether it is one of the rows that entered the job
 * @param errorClass the class of a dead letter; null: it is none
 * @param cause of a dead letter; null: it is none
 */
record Passage<T>(boolean isRow, @Nullable LetterText<T> errorClass, @Nullable LetterText<T> cause)
        implements Serializable {

    boolean isLetter() {
        return errorClass != null;
    }
}
