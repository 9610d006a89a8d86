package io.flinkgpu.deploy.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.state.ledger.LedgerOptions;
import io.flinkgpu.state.ledger.LedgerUrl;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.junit.jupiter.api.Test;

/** What a job is submitted with. */
class JobLaunchTest {

    private final Configuration settings = new Configuration();
    private final Configuration options = new Configuration();

    @Test
    void startsFromTheSavepointThatTheFileNames() {
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:/savepoint-1");
        settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
        settings.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);

        Configuration submitted = submitted();

        assertThat(submitted.get(StateRecoveryOptions.SAVEPOINT_PATH))
                .isEqualTo("file:/savepoint-1");
        assertThat(submitted.get(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE)).isTrue();
        assertThat(submitted.get(StateRecoveryOptions.RESTORE_MODE))
                .isEqualTo(RecoveryClaimMode.CLAIM);
    }

    /** The file's savepoint, and how it is taken, are of its first run. */
    @Test
    void startsFromTheCheckpointThatIsResumed() {
        settings.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:/savepoint-1");
        settings.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        options.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:/chk-7");

        Configuration submitted = submitted();

        assertThat(submitted.get(StateRecoveryOptions.SAVEPOINT_PATH)).isEqualTo("file:/chk-7");
        assertThat(submitted.contains(StateRecoveryOptions.RESTORE_MODE)).isFalse();
    }

    @Test
    void startsFromNothingOtherwise() {
        Configuration submitted = submitted();

        assertThat(submitted.contains(StateRecoveryOptions.SAVEPOINT_PATH)).isFalse();
        assertThat(submitted.get(LedgerOptions.FLINK)).isEqualTo("http://flink:8081");
    }

    @Test
    void keepsCheckpointsWhereTheConfigurationSays() {
        Configuration ofFlink = new Configuration();
        ofFlink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file:/mine");

        assertThat(directory(ofFlink)).isEqualTo("file:/mine");
        assertThat(Path.of(URI.create(directory(new Configuration()))))
                .isEqualTo(Path.of(System.getProperty("user.home"), ".flink-gpu", "checkpoints"));
    }

    @Test
    void leavesTheLedgerToTheConfigurationThatNamesOne() {
        Configuration ofFlink = new Configuration();
        assertThat(JobLaunch.onThisMachine(ofFlink).get(LedgerOptions.URL))
                .isEqualTo(LedgerUrl.EMBEDDED);

        ofFlink.set(LedgerOptions.URL, "jdbc:postgresql://db/ledger");
        assertThat(JobLaunch.onThisMachine(ofFlink).contains(LedgerOptions.URL)).isFalse();
    }

    @Test
    void namesAFileOfThisMachineByItsWholePath() {
        String here = Path.of("runs/ledger.db").toAbsolutePath().toString();
        JobPlace cluster = JobPlace.cluster(Path.of("/cluster"));
        options.set(LedgerOptions.URL, "jdbc:sqlite:runs/ledger.db");

        assertThat(submitted(cluster).get(LedgerOptions.URL)).isEqualTo("jdbc:sqlite:" + here);
        assertThat(submitted().get(LedgerOptions.URL)).isEqualTo("jdbc:sqlite:" + here);
        assertThat(
                        submitted(JobPlace.flink(URI.create("http://other:8081")))
                                .get(LedgerOptions.URL))
                .isEqualTo("jdbc:sqlite:runs/ledger.db");
    }

    @Test
    void namesOtherLedgersAsTheyAre() {
        assertThat(submitted().contains(LedgerOptions.URL)).isFalse();

        options.set(LedgerOptions.URL, "jdbc:postgresql://db/ledger?ssl=true");
        assertThat(submitted().get(LedgerOptions.URL))
                .isEqualTo("jdbc:postgresql://db/ledger?ssl=true");

        options.set(LedgerOptions.URL, JobLaunch.NO_LEDGER);
        assertThat(submitted().get(LedgerOptions.URL)).isEmpty();
    }

    @Test
    void refusesALedgerThatIsNone() {
        options.set(LedgerOptions.URL, "ledger.db");

        assertThatThrownBy(this::submitted)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid ledger.url: ledger.db. Write jdbc:sqlite:FILE");
    }

    private static String directory(Configuration ofFlink) {
        return JobLaunch.onThisMachine(ofFlink).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    }

    private Configuration submitted() {
        return submitted(JobPlace.HERE);
    }

    private Configuration submitted(JobPlace place) {
        return new JobLaunch(
                        place, new PlaceOptions(), options, new PrintWriter(new StringWriter()))
                .submitted(URI.create("http://flink:8081"), settings, new Configuration());
    }
}
