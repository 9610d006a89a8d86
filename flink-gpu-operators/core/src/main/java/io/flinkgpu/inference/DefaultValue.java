package io.flinkgpu.inference;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/** What a stage emits for a row that failed. Called by the task's thread. */
@PublicEvolving
@FunctionalInterface
public interface DefaultValue<IN, OUT> extends Serializable {

    /**
     * The value in place of a result.
     *
     * @param row as it entered the stage
     * @param cause why it failed, for people
     * @throws Exception fails the job
     */
    OUT valueFor(IN row, String cause) throws Exception;
}
