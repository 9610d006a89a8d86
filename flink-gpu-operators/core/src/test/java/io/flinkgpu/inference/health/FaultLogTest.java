package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.junit.jupiter.api.Test;

class FaultLogTest {

    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

    private final JobID job = new JobID();
    private final OperatorID operator = new OperatorID();

    @Test
    void theNextCoordinatorFindsTheLogAsItWas() {
        FaultLog first = FaultLog.ofJob(job, operator);
        first.add(TIME, "n1", new FaultEvent.DeviceUnblocked("gpu-0"));
        first.close();

        try (FaultLog next = FaultLog.ofJob(job, operator)) {
            assertThat(next.latest().faults())
                    .containsExactly(
                            new FaultLog.Entry(
                                    TIME, "n1", new FaultEvent.DeviceUnblocked("gpu-0")));
        }
    }

    @Test
    void anotherOperatorHasAnotherLog() {
        try (FaultLog one = FaultLog.ofJob(job, operator);
                FaultLog other = FaultLog.ofJob(job, new OperatorID())) {
            one.add(TIME, "n1", new FaultEvent.DeviceUnblocked("gpu-0"));

            assertThat(other.latest().faults()).isEmpty();
        }
    }

    @Test
    void forgetsTheOldest() {
        FaultLog log = new FaultLog();
        for (int i = 0; i <= 1000; i++) {
            log.add(TIME, "n1", new FaultEvent.DeviceUnblocked("gpu-" + i));
        }

        assertThat(log.latest().faults()).hasSize(1000);
        assertThat(log.latest().faults().get(0).event().subject()).isEqualTo("gpu-1");
    }
}
