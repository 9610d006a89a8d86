package io.flinkgpu.inference.contract;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Models of one runtime, by what they do.
 *
 * <p>Each is asked for by one test, which loads it. A model with one input or one output may name
 * it as it likes. Where a runtime declares that it cannot run a model of a kind, the method gives
 * one all the same, as near as the format comes to it: the contract sees that it is refused.
 */
@PublicEvolving
public interface ContractModels {

    /** Gives what it takes: {@code [batch, 2]} of the type. */
    ModelRef echo(DataType type) throws Exception;

    /** Gives what it takes: {@code [batch, open, open]} float32. */
    ModelRef echoOfOpenRows() throws Exception;

    /** Gives what it takes: float32 of any rank. */
    ModelRef echoOfUnknownRank() throws Exception;

    /** Gives what it takes, and takes one number of rows alone: {@code [rows, 2]} float32. */
    ModelRef echoOfFixedBatch(int rows) throws Exception;

    /**
     * Takes {@code a} and {@code b}, gives {@code sum}, a + b, and {@code difference}, a - b: all
     * {@code [batch, 2]} float32.
     */
    ModelRef sumAndDifference() throws Exception;

    /**
     * Takes {@code [batch, 3]} float32 and gives {@code total}, the sum over all rows: {@code [3]}.
     */
    ModelRef totalOfRows() throws Exception;

    /**
     * Takes {@code [batch]} strings, gives {@code [batch]} float32, the number that each one is
     * written as, and fails for what is no number, if it can with a message that repeats the text.
     */
    ModelRef numbersOfTexts() throws Exception;

    /** A location with versions 1 and 3 of {@link #echo} of float32. */
    ModelRef numberedVersions() throws Exception;

    /** A model whose file is damaged. */
    ModelRef corrupt() throws Exception;

    /** A location where there is nothing. */
    ModelRef missing() throws Exception;
}
