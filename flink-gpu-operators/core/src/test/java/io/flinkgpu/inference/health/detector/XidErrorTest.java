package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class XidErrorTest {

    @Test
    void readsAddressCodeAndMessage() {
        assertThat(XidError.find("[1.0] NVRM: Xid (PCI:0000:03:1c): 14, Channel 00000001"))
                .contains(new XidError(new PciAddress(0, 3, 28), 14, "Channel 00000001"));
    }

    @Test
    void readsTheNotationOfOldDrivers() {
        assertThat(XidError.find("NVRM: Xid (0001:3B:00): 79"))
                .contains(new XidError(new PciAddress(1, 59, 0), 79, ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "NVRM: GPU at 0000:03:00: GPU-b850f46d-d5ea-c752-ddf3-c4453e44d3f7",
                "NVRM: Xid (PCI:0000:03:00): none",
                "NVRM: Xid (somewhere): 79, GPU has fallen off the bus.",
            })
    void findsNoneInOtherLines(String line) {
        assertThat(XidError.find(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {46, 48, 62, 64, 74, 79, 95, 119, 120, 140})
    void blamesTheDeviceForErrorsThatAskForAReset(int code) {
        assertThat(error(code, "").errorClass()).contains(ErrorClass.FATAL_DEVICE);
    }

    @ParameterizedTest
    @ValueSource(ints = {63, 92, 94})
    void countsErrorsAfterWhichTheDeviceWorksOn(int code) {
        assertThat(error(code, "").errorClass()).contains(ErrorClass.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 31, 43, 45})
    void holdsNothingAgainstTheDeviceForWhatARowCanCause(int code) {
        assertThat(error(code, "").errorClass()).isEmpty();
    }

    @Test
    void holdsOtherErrorsAgainstNobody() {
        assertThat(error(14, "").errorClass()).isEmpty();
    }

    // As an H200 writes it when a kernel asserts that an index is in range and it is not.
    @Test
    void readsTheLineOfAFailedAssertion() {
        Optional<XidError> error =
                XidError.find(
                        "[   45.421135] NVRM: Xid (PCI:0000:00:06): 43, pid=656, name=python3,"
                                + " channel 0x0000000a");

        assertThat(error).hasValueSatisfying(found -> assertThat(found.code()).isEqualTo(43));
        assertThat(error.flatMap(XidError::errorClass)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0x0 (None),               false",
        "0x1 (GPU Reset Required), true",
        "0x2 (Node Reboot Required), true",
        "0x3 (Drain P2P),          false",
        "0x4 (Drain and Reset),    true",
    })
    void followsTheRecoveryThatTheDriverAsksFor(String action, boolean isFatal) {
        XidError error = error(154, "GPU recovery action changed from 0x0 (None) to " + action);

        assertThat(error.errorClass().isPresent()).isEqualTo(isFatal);
    }

    @Test
    void givesItsCodeAsTheReason() {
        assertThat(error(79, "").reason()).isEqualTo("XID 79");
        assertThat(error(79, "off the bus").reason()).isEqualTo("XID 79: off the bus");
    }

    private static XidError error(int code, String message) {
        return new XidError(new PciAddress(0, 3, 0), code, message);
    }
}
