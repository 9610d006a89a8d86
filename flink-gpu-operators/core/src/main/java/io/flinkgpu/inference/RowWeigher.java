package io.flinkgpu.inference;

import java.io.Serializable;

/** Says how much of a batch a row takes, such as its number of tokens; at least 0. */
@FunctionalInterface
public interface RowWeigher<IN> extends Serializable {

    long weigh(IN row);
}
