package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.junit.jupiter.api.Test;

class FaultRelayTest {

    private final FaultEvents events = new FaultEvents(Clock.systemUTC());
    private final JobID job = new JobID();
    private final OperatorID operator = new OperatorID();

    @Test
    void theSubtasksOfAnOperatorTellAFaultOnce() {
        FaultRelay first = FaultRelay.join(job, operator, events);
        FaultRelay second = FaultRelay.join(job, operator, events);

        events.happened(new FaultEvent.DeviceUnblocked("gpu-0"));

        assertThat(subjects(first)).containsExactly("gpu-0");
        assertThat(subjects(second)).isEmpty();
        first.leave();
        second.leave();
    }

    @Test
    void eachOperatorTellsIt() {
        FaultRelay one = FaultRelay.join(job, operator, events);
        FaultRelay other = FaultRelay.join(job, new OperatorID(), events);

        events.happened(new FaultEvent.DeviceUnblocked("gpu-0"));

        assertThat(subjects(one)).containsExactly("gpu-0");
        assertThat(subjects(other)).containsExactly("gpu-0");
        one.leave();
        other.leave();
    }

    @Test
    void listensUntilTheLastSubtaskHasLeft() {
        FaultRelay first = FaultRelay.join(job, operator, events);
        FaultRelay second = FaultRelay.join(job, operator, events);
        first.leave();
        events.happened(new FaultEvent.DeviceUnblocked("gpu-0"));
        assertThat(subjects(second)).containsExactly("gpu-0");

        second.leave();
        events.happened(new FaultEvent.DeviceUnblocked("gpu-1"));

        assertThat(subjects(second)).isEmpty();
        FaultRelay again = FaultRelay.join(job, operator, events);
        assertThat(subjects(again)).isEmpty();
        again.leave();
    }

    @Test
    void takesTheOldestFirstAndDropsTheOldestOfTooMany() {
        FaultRelay relay = FaultRelay.join(job, operator, events);
        for (int i = 0; i < 1001; i++) {
            events.happened(new FaultEvent.DeviceUnblocked("gpu-" + i));
        }

        List<String> report = subjects(relay);

        assertThat(report).hasSize(200).startsWith("gpu-1", "gpu-2");
        assertThat(subjects(relay)).startsWith("gpu-201");
        relay.leave();
    }

    private static List<String> subjects(FaultRelay relay) {
        return relay.take().stream().map(fault -> fault.event().subject()).toList();
    }
}
