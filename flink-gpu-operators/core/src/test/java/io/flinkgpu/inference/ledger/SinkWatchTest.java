package io.flinkgpu.inference.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ObjectInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.testutils.ManuallyTriggeredScheduledExecutorService;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

class SinkWatchTest {

    private final ManuallyTriggeredScheduledExecutorService timer =
            new ManuallyTriggeredScheduledExecutorService();
    private final List<String> told = new ArrayList<>();
    private final List<SinkProbe.Position> commits = new ArrayList<>();
    private int asked;
    private int closed;
    private RuntimeException failure;
    private final SinkWatch watch = watch(new Committed());

    @Test
    void tellsWhatASinkHasCommitted() {
        commit(1);
        watch.completed(1);
        look();
        commit(2);
        commit(3);
        watch.completed(2);
        watch.completed(3);
        look();

        assertThat(told).containsExactly("table 1: at 1", "table 2: at 2", "table 3: at 3");
        assertThat(timer.getActiveScheduledTasks()).isEmpty();
    }

    @Test
    void looksAgainForACommitThatComesLater() {
        watch.completed(1);
        look();
        commit(1);
        look();

        assertThat(told).containsExactly("table 1: at 1");
        assertThat(timer.getActiveScheduledTasks()).isEmpty();
    }

    @Test
    void givesACheckpointWithoutRowsUp() {
        watch.completed(1);
        for (int pause = 0; pause < 4; pause++) {
            look();
        }

        assertThat(asked).isEqualTo(4);
        assertThat(timer.getActiveScheduledTasks()).isEmpty();
        commit(2);
        watch.completed(2);
        look();
        assertThat(told).containsExactly("table 2: at 2");
    }

    @Test
    void asksAgainAfterAFailure() {
        failure = new IllegalStateException("The catalog is away.");
        commit(1);
        watch.completed(1);
        look();
        failure = null;
        look();

        assertThat(told).containsExactly("table 1: at 1");
    }

    @Test
    void looksOnceMoreWhenTheJobHasEnded() {
        watch.completed(1);
        commit(1);
        watch.ended();
        timer.triggerAll();

        assertThat(told).containsExactly("table 1: at 1");
    }

    @Test
    void tellsOnceOfASinkWhosePositionIsItsPlace() {
        SinkWatch files = watch(SinkProbe.ofPlace("files", "/out"));
        files.completed(4);
        look();
        files.completed(5);
        timer.triggerScheduledTasks();

        assertThat(told).containsExactly("table 4: /out");
    }

    @Test
    void asksNobodyWhenItIsClosed() {
        watch.completed(1);
        watch.close();
        watch.completed(2);
        watch.ended();

        timer.triggerAll();
        assertThat(asked).isZero();
        assertThat(timer.getActiveScheduledTasks()).isEmpty();
        assertThat(closed).isOne();
    }

    /** A probe may hold a connection, with classes of the job. */
    @Test
    void closesProbesWhenTheJobHasEnded() {
        watch.completed(1);
        commit(1);
        watch.ended();
        watch.close();
        timer.triggerAll();

        assertThat(told).containsExactly("table 1: at 1");
        assertThat(closed).isOne();
    }

    @Test
    void probesTravelInTheConfigurationOfTheJob() throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        SinkProbes.add(environment, "results", SinkProbe.ofPlace("files", "/out"));

        Map<String, SinkProbe> probes =
                SinkProbes.of(
                        Configuration.fromMap(environment.getConfiguration().toMap()),
                        getClass().getClassLoader());

        assertThat(probes).containsOnlyKeys("results");
        assertThat(probes.get("results").committed(new JobID(), -1, 7))
                .containsExactly(new SinkProbe.Position(7, "files", "/out"));
    }

    /** Its class is not there, lacks another one, or has changed. */
    @Test
    void leavesOutProbesThatCannotBeRead() {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        SinkProbes.add(environment, "results", SinkProbe.ofPlace("files", "/out"));
        SinkProbes.add(environment, "linked", new UnlinkedProbe());
        SinkProbes.add(environment, "stale", new StaleProbe());
        Configuration job = Configuration.fromMap(environment.getConfiguration().toMap());
        job.setString("$internal.ledger.sink.garbled", "no base 64");

        assertThat(SinkProbes.of(job, getClass().getClassLoader())).containsOnlyKeys("results");
        assertThat(SinkProbes.of(job, new MissingClasses())).isEmpty();
    }

    @Test
    void refusesAProbeThatCannotTravel() {
        Object notSerializable = new Object();
        SinkProbe probe =
                (job, after, upTo) ->
                        List.of(new SinkProbe.Position(1, "kind", notSerializable.toString()));

        assertThatThrownBy(
                        () ->
                                SinkProbes.add(
                                        StreamExecutionEnvironment.getExecutionEnvironment(),
                                        "results",
                                        probe))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid sink probe: ")
                .hasMessageContaining("It must be serializable: ");
    }

    private static final class UnlinkedProbe implements SinkProbe {

        private static final long serialVersionUID = 1L;

        @Override
        public List<Position> committed(JobID job, long after, long upTo) {
            return List.of();
        }

        private void readObject(ObjectInputStream unused) {
            throw new NoClassDefFoundError("org/example/Catalog");
        }
    }

    private static final class StaleProbe implements SinkProbe {

        private static final long serialVersionUID = 1L;

        @Override
        public List<Position> committed(JobID job, long after, long upTo) {
            return List.of();
        }

        private void readObject(ObjectInputStream unused) {
            throw new IllegalStateException("Another version.");
        }
    }

    /** Those of a job manager that has not the jar of a sink. */
    private static final class MissingClasses extends ClassLoader {

        private MissingClasses() {
            super(null);
        }
    }

    private SinkWatch watch(SinkProbe probe) {
        return new SinkWatch(
                new JobID(),
                Map.of("table", probe),
                (sink, position) ->
                        told.add(
                                "%s %d: %s"
                                        .formatted(
                                                sink, position.checkpoint(), position.position())),
                timer);
    }

    /** What the test has committed. */
    private final class Committed implements SinkProbe {

        private static final long serialVersionUID = 1L;

        @Override
        public List<Position> committed(JobID job, long after, long upTo) {
            asked++;
            if (failure != null) {
                throw failure;
            }
            return commits.stream()
                    .filter(each -> each.checkpoint() > after && each.checkpoint() <= upTo)
                    .toList();
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private void commit(long checkpoint) {
        commits.add(new SinkProbe.Position(checkpoint, "snapshot", "at " + checkpoint));
    }

    private void look() {
        timer.triggerNonPeriodicScheduledTask();
    }
}
