package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MachineDescriptionTest {

    @Test
    void readsTheFirstProcessorsModel() {
        List<String> cpuInfo =
                List.of(
                        "processor\t: 0",
                        "model name\t: Some CPU @ 2.0: GHz",
                        "model name\t: Other");

        assertThat(MachineDescription.cpuModel(cpuInfo)).isEqualTo("Some CPU @ 2.0: GHz");
    }

    @Test
    void modelIsUnknownWhereItIsNotTold() {
        assertThat(MachineDescription.cpuModel(List.of())).isEqualTo("unknown");
    }

    @Test
    void describesThisMachine() {
        MachineDescription machine = MachineDescription.current();

        assertThat(machine.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(machine.memoryGib()).isPositive();
        assertThat(machine.jvm()).contains(System.getProperty("java.version"));
        assertThat(machine.os()).contains(System.getProperty("os.name"));
    }
}
