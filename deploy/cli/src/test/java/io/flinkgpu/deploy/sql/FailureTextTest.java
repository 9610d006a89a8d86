package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.gateway.service.utils.SqlExecutionException;
import org.apache.flink.util.Preconditions;
import org.apache.flink.util.SerializedThrowable;
import org.junit.jupiter.api.Test;

class FailureTextTest {

    @Test
    void theDeepestMessageIsTheReason() {
        Throwable missing = foreign("Missing required options are:\n\nconnector");
        Throwable table = foreign("Unable to create a source.", missing);

        assertThat(FailureText.of(new ExecutionException(foreign("Failed.", table))))
                .isEqualTo("Missing required options are: connector");
    }

    @Test
    void aFailureOfOurClassesIsTheReasonWhateverCausedIt() {
        Throwable ours =
                new ValidationException(
                        "Invalid input 'x': the model has none.", foreign("no such element"));

        assertThat(FailureText.of(foreign("Failed.", ours)))
                .isEqualTo("Invalid input 'x': the model has none.");
    }

    @Test
    void failuresOfOtherProcessesAreUnpacked() {
        Throwable ours = new IllegalArgumentException("Invalid model: it is none.");

        assertThat(FailureText.of(foreign("Failed.", new SerializedThrowable(ours))))
                .isEqualTo("Invalid model: it is none.");
    }

    @Test
    void aFailureWithoutAMessageIsNamedByItsType() {
        assertThat(FailureText.of(new SqlExecutionException(null)))
                .isEqualTo("org.apache.flink.table.gateway.service.utils.SqlExecutionException");
    }

    @Test
    void thePositionOfTheReasonIsKept() {
        Throwable column = foreign("Column 'a' not found in any table");
        Throwable position =
                foreign(
                        "From line 3, column 8 to line 3, column 9: Column 'a' not found in any table",
                        column);

        assertThat(FailureText.of(foreign("SQL validation failed.", position)))
                .isEqualTo(
                        "From line 3, column 8 to line 3, column 9: Column 'a' not found in any table");
    }

    @Test
    void whatTheParserExpectedIsLeftOut() {
        assertThat(
                        FailureText.oneLine(
                                "Encountered \"FORM\" at line 2, column 3.\nWas expecting one of:\n    <EOF> \n    \"FROM\" ..."))
                .isEqualTo("Encountered \"FORM\" at line 2, column 3.");
    }

    @Test
    void linesBecomeOne() {
        assertThat(FailureText.oneLine("Available are:\n\nblackhole\ndatagen\n"))
                .isEqualTo("Available are: blackhole, datagen");
    }

    private static Throwable foreign(String message) {
        return foreign(message, null);
    }

    /** A failure that no class of ours has thrown. */
    private static Throwable foreign(String message, Throwable cause) {
        Throwable failure = new ValidationException(message, cause);
        try {
            Preconditions.checkArgument(false);
        } catch (IllegalArgumentException thrown) {
            failure.setStackTrace(thrown.getStackTrace());
        }
        return failure;
    }
}
