package io.flinkgpu.deploy.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.runtime.JobException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class JobFailureTest {

    private final IllegalStateException cause =
            new IllegalStateException(
                    "Cannot load model 'm': no signature.", new RuntimeException("detail"));

    @Test
    void skipsWrappersOfFlinkAndOfFutures() {
        Throwable failure =
                new ExecutionException(
                        new CompletionException(
                                new ProgramInvocationException(
                                        "Job failed",
                                        new JobExecutionException(
                                                new JobID(),
                                                "Job execution failed.",
                                                new JobException(
                                                        "Recovery is suppressed", cause)))));

        assertThat(JobFailure.reason(failure)).isEqualTo("Cannot load model 'm': no signature.");
    }

    @Test
    void readsSerialisedCause() {
        Throwable failure =
                new JobException("Recovery is suppressed", new SerializedThrowable(cause));

        assertThat(JobFailure.reason(failure)).isEqualTo("Cannot load model 'm': no signature.");
    }

    @Test
    void lastWrapperSpeaksWhereNothingIsBehindIt() {
        assertThat(JobFailure.reason(new ExecutionException(new JobException("No slot."))))
                .isEqualTo("No slot.");
    }

    @Test
    void failureWithoutMessageIsNamedByItsType() {
        assertThat(JobFailure.reason(new NullPointerException()))
                .isEqualTo("java.lang.NullPointerException");
    }
}
