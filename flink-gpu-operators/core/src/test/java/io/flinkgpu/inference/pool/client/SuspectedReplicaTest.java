package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.config.CheckedOptions;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import io.flinkgpu.inference.health.FailureDetectors;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import io.flinkgpu.inference.health.Level;
import io.flinkgpu.inference.health.Observation;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import io.flinkgpu.inference.pool.routing.Router;
import io.flinkgpu.inference.pool.routing.RouterConfig;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A detector that somebody writes is told of calls, and has replicas ejected. */
class SuspectedReplicaTest {

    private static final Duration TOO_SLOW = Duration.ofMillis(100);

    private final List<Observation> observed = new ArrayList<>();
    private final FaultEvents events = new FaultEvents(Clock.systemUTC());
    private final FailureDetectors detectors = new FailureDetectors();
    private final Router router = new Router(RouterConfig.of("", 2), System::nanoTime);
    private final ScriptedReplica slow = ScriptedReplica.start();
    private final ScriptedReplica fast = ScriptedReplica.start();
    private final FaultTolerance faults =
            new FaultTolerance(
                    PoolFaultConfig.from(new CheckedOptions(new Configuration())),
                    router,
                    events,
                    detectors,
                    System::nanoTime);

    @AfterEach
    void stop() {
        faults.close();
        slow.close();
        fast.close();
    }

    @Test
    void ejectsTheReplicaThatADetectorSuspects() {
        join(slow, fast);
        detectors.start(List.of(new SlownessFactory()), context());

        faults.succeeded(address(slow), 1, TOO_SLOW.toNanos());
        faults.succeeded(address(fast), 1, TOO_SLOW.toNanos() - 1);
        detectors.check();

        assertThat(router.snapshot())
                .filteredOn(ReplicaLoadView::resting)
                .extracting(ReplicaLoadView::address)
                .containsExactly(address(slow));
        assertThat(events.latest())
                .extracting(FaultEvents.TimedFault::event)
                .singleElement()
                .satisfies(
                        event -> {
                            FaultEvent.ReplicaEjected ejected = (FaultEvent.ReplicaEjected) event;
                            assertThat(ejected.subject()).isEqualTo(address(slow).toString());
                            assertThat(ejected.reason()).isEqualTo("slower than 100 ms");
                        });
    }

    @Test
    void neverEjectsTheLastReplica() {
        join(slow);
        detectors.start(List.of(new SlownessFactory()), context());

        faults.succeeded(address(slow), 1, TOO_SLOW.toNanos());
        detectors.check();

        assertThat(router.snapshot()).noneMatch(ReplicaLoadView::resting);
    }

    @Test
    void tellsDetectorsHowCallsEnd() {
        join(slow, fast);
        detectors.start(List.of(new SlownessFactory()), context());

        faults.succeeded(address(fast), 3, 5);
        faults.failed(failure(Status.UNAVAILABLE), 2, Duration.ofNanos(6), true);
        faults.failed(failure(Status.DEADLINE_EXCEEDED), 2, Duration.ofNanos(7), true);
        faults.failed(failure(Status.DEADLINE_EXCEEDED), 2, Duration.ofNanos(8), false);
        faults.failed(failure(Status.INVALID_ARGUMENT), 2, Duration.ofNanos(9), true);
        detectors.check();

        assertThat(observed)
                .extracting(
                        Observation::subject,
                        Observation::rows,
                        observation -> observation.time().toNanos(),
                        observation -> String.valueOf(observation.failedOf()))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                address(fast).toString(), 3, 5L, "null"),
                        org.assertj.core.groups.Tuple.tuple(
                                address(slow).toString(), 2, 6L, "CONNECTION"),
                        org.assertj.core.groups.Tuple.tuple(
                                address(slow).toString(), 2, 7L, "TIMEOUT"));
        assertThat(observed).extracting(Observation::level).containsOnly(Level.REPLICA);
    }

    private void join(ScriptedReplica... replicas) {
        List<Replica> members = new ArrayList<>();
        for (ScriptedReplica replica : replicas) {
            members.add(replica.asMember());
        }
        List<Membership> pools = List.of(new Membership(ClientHarness.POOL, 1, true, members));
        router.update(pools);
        faults.setMembers(pools, Set.copyOf(members.stream().map(Replica::address).toList()));
    }

    private AttemptFailure failure(Status status) {
        return AttemptFailure.of(address(slow), status, new Metadata());
    }

    private static ReplicaAddress address(ScriptedReplica replica) {
        return replica.asMember().address();
    }

    private static DetectorContext context() {
        return new DetectorContext(new Configuration(), List::of, System::nanoTime);
    }

    /** Suspects replicas whose calls take too long. */
    private final class SlownessFactory implements FailureDetectorFactory {

        @Override
        public String name() {
            return "slowness";
        }

        @Override
        public Optional<FailureDetector> create(DetectorContext context) {
            return Optional.of(new Slowness());
        }
    }

    private final class Slowness implements FailureDetector {

        private final List<Suspicion> suspicions = new ArrayList<>();

        @Override
        public void observed(Observation observation) {
            observed.add(observation);
            if (observation.time().compareTo(TOO_SLOW) >= 0) {
                suspicions.add(Suspicion.ofReplica(observation.subject(), "slower than 100 ms"));
            }
        }

        @Override
        public List<Suspicion> check() {
            return List.copyOf(suspicions);
        }
    }
}
