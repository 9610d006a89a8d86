package io.flinkgpu.inference;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** Says how much of a batch a row takes, such as its number of tokens; at least 0. */
@PublicEvolving
@FunctionalInterface
public interface RowWeigher<IN> extends Serializable {

    /** The weight of a row, at least 0; called in the task's thread. */
    long weigh(IN row);
}
