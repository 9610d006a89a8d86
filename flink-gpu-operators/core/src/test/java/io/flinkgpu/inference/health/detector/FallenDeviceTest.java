package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FallenDeviceTest {

    private static final PciAddress ADDRESS = new PciAddress(0, 0x3b, 0);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NVRM: GPU 0000:3b:00.0: GPU has fallen off the bus.",
                "Oct  1 13:00:00 node kernel: [ 912.5] NVRM: GPU at PCI:0000:3b:00 has fallen off the bus.",
                "NVRM: The NVIDIA GPU 0000:3b:00.0 (PCI ID: 10de:20b5) has Fallen off the bus and is not responding to commands.",
            })
    void findsTheDeviceInTheLine(String line) {
        assertThat(FallenDevice.find("", line)).map(FallenDevice::address).contains(ADDRESS);
    }

    @Test
    void findsTheDeviceInTheLineBefore() {
        assertThat(
                        FallenDevice.find(
                                "NVRM: The NVIDIA GPU 0000:3b:00.0 (PCI ID: 10de:20b5)",
                                "NVRM: installed in this system has fallen off the bus and is not responding to commands."))
                .contains(
                        new FallenDevice(
                                ADDRESS,
                                "installed in this system has fallen off the bus and is not responding to commands."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NVRM: installed in this system has fallen off the bus and is not responding to commands.",
                "worker[12]: row 'GPU 0000:3b:00.0 has fallen off the bus'",
                "NVRM: GPU at PCI:0000:3b:00: GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce",
            })
    void findsNoneElsewhere(String line) {
        assertThat(FallenDevice.find("audit: 0000:3b:00.0 was opened", line)).isEmpty();
    }
}
