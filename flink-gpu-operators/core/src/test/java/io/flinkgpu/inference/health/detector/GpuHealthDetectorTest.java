package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import io.flinkgpu.resources.device.GpuDevice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuHealthDetectorTest {

    private static final String FIRST = "GPU-5b1c8b0e-6a3a-4a07-9a0e-1d0ed2b6b2ce";
    private static final String SECOND = "GPU-5b7741d2-9c1c-51f4-8ef3-3cfd8f7a4c11";
    private static final String NOT_OURS = "GPU-e0a1f6f7-2d0e-4b8a-b5a6-0c8f3f0f6d1a";

    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<GpuDevice> devices = new ArrayList<>();
    private TestingNvidiaSmi nvidiaSmi;
    private long nanos = Long.MAX_VALUE;

    @BeforeEach
    void putTwoDevices(@TempDir Path directory) {
        nvidiaSmi = new TestingNvidiaSmi(directory);
        devices.add(device(FIRST, false));
        devices.add(device(SECOND, false));
        nvidiaSmi.answer(healthy(FIRST, "3B"), healthy(SECOND, "AF"), healthy(NOT_OURS, "D8"));
    }

    @Test
    void holdsNothingAgainstHealthyDevices() {
        assertThat(detector(TIMEOUT).check()).isEmpty();
        assertThat(nvidiaSmi.calls())
                .containsExactly(
                        "--query-gpu=uuid,pci.bus_id,ecc.errors.uncorrected.volatile.total,clocks_event_reasons.hw_slowdown"
                                + " --format=csv,noheader,nounits");
    }

    @Test
    void looksOnceInAnInterval() {
        FailureDetector detector = detector(TIMEOUT);

        detector.check();
        nanos += INTERVAL.toNanos() - 1;
        detector.check();
        assertThat(nvidiaSmi.calls()).hasSize(1);

        nanos += 1;
        detector.check();
        assertThat(nvidiaSmi.calls()).hasSize(2);
    }

    @Test
    void runsNothingWithoutARealDevice() {
        FailureDetector detector = detector(TIMEOUT);
        devices.clear();
        devices.add(device("simulated-0", true));

        assertThat(detector.check()).isEmpty();
        assertThat(nvidiaSmi.calls()).isEmpty();
    }

    @Test
    void looksAtDevicesThatBecomeKnownLater() {
        FailureDetector detector = detector(TIMEOUT);
        devices.clear();
        detector.check();

        devices.add(device(FIRST, false));
        nvidiaSmi.answer(FIRST + ", 00000000:3B:00.0, [GPU is lost], [GPU is lost]");

        assertThat(detector.check()).extracting(Suspicion::subject).containsExactly(FIRST);
    }

    @Test
    void givesUpADeviceThatWaitsForAReset() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(FIRST + ", 00000000:3B:00.0, [GPU requires reset], [GPU requires reset]");

        assertThat(look(detector)).extracting(Suspicion::subject).containsExactly(FIRST);
    }

    @Test
    void asksOlderDriversForTheFieldThatTheyKnow() {
        nvidiaSmi.refuse("clocks_event_reasons.hw_slowdown");
        FailureDetector detector = detector(TIMEOUT);

        detector.check();
        look(detector);

        assertThat(nvidiaSmi.calls()).hasSize(3);
        assertThat(nvidiaSmi.calls().get(2)).contains("clocks_throttle_reasons.hw_slowdown");
    }

    @Test
    void showsWhatAFailingProgramSays() {
        nvidiaSmi.answer(9, "NVIDIA-SMI has failed because it", "couldn't reach the driver.");
        FailureDetector detector = detector(TIMEOUT);

        assertThatThrownBy(detector::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot read the health of devices: "
                                + nvidiaSmi.path()
                                + " ended with code 9: NVIDIA-SMI has failed because it couldn't"
                                + " reach the driver.");
    }

    @Test
    void givesUpADeviceThatIsLost() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        String loss =
                "Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot"
                        + " the system to recover this GPU";
        nvidiaSmi.answer(15, loss);

        assertThat(look(detector))
                .containsExactly(Suspicion.ofDevice(FIRST, ErrorClass.FATAL_DEVICE, loss));
        assertThat(look(detector)).as("as long as it is lost").hasSize(1);
    }

    @Test
    void findsTheLostDeviceInEachWayOfNamingIt() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();

        for (String name : List.of("GPU0000:AF:00.0", "GPU1: 0000:AF:00.0", "gpu 0000:af:00.0")) {
            nvidiaSmi.answer(
                    255,
                    "Unable to determine the device handle for " + name + ": Unknown Error",
                    healthy(FIRST, "3B"));

            assertThat(look(detector))
                    .as(name)
                    .extracting(Suspicion::subject)
                    .containsExactly(SECOND);
        }
    }

    @Test
    void takesALossWithoutANameForThatOfTheOnlyDevice() {
        devices.remove(1);
        nvidiaSmi.answer(healthy(FIRST, "3B"));
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(255, "Unable to determine the device handle for GPU0: Unknown Error");

        assertThat(look(detector)).extracting(Suspicion::subject).containsExactly(FIRST);
    }

    @Test
    void leavesLossesAloneThatMayBeOfOthers() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();

        nvidiaSmi.answer(255, "Unable to determine the device handle for GPU0: Unknown Error");
        assertThat(look(detector)).as("of which of three").isEmpty();

        nvidiaSmi.answer(15, "Unable to determine the device handle for GPU 0000:D8:00.0: lost");
        assertThat(look(detector)).as("of another process").isEmpty();
    }

    @Test
    void givesUpADeviceWithNewUncorrectedErrors() {
        nvidiaSmi.answer(line(FIRST, "3B", "2", "Not Active"), healthy(SECOND, "AF"));
        FailureDetector detector = detector(TIMEOUT);
        assertThat(detector.check()).as("errors from before").isEmpty();

        nvidiaSmi.answer(line(FIRST, "3B", "5", "Not Active"), healthy(SECOND, "AF"));

        assertThat(look(detector))
                .containsExactly(
                        Suspicion.ofDevice(
                                FIRST,
                                ErrorClass.FATAL_DEVICE,
                                "3 uncorrected ECC errors since the last look, 5 in all"));
        assertThat(look(detector)).as("no more of them").isEmpty();
    }

    @Test
    void countsErrorsAnewAfterAReset() {
        nvidiaSmi.answer(line(FIRST, "3B", "2", "Not Active"));
        FailureDetector detector = detector(TIMEOUT);
        detector.check();

        nvidiaSmi.answer(line(FIRST, "3B", "0", "Not Active"));
        assertThat(look(detector)).isEmpty();

        nvidiaSmi.answer(line(FIRST, "3B", "1", "Not Active"));
        assertThat(look(detector)).hasSize(1);
    }

    @Test
    void remembersTheErrorsWhileTheyCannotBeRead() {
        nvidiaSmi.answer(line(FIRST, "3B", "2", "Not Active"));
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(line(FIRST, "3B", "[Unknown Error]", "Not Active"));
        assertThat(look(detector)).isEmpty();

        nvidiaSmi.answer(line(FIRST, "3B", "3", "Not Active"));

        assertThat(look(detector)).hasSize(1);
    }

    @Test
    void takesClocksThatAreHeldDownForAStrike() {
        nvidiaSmi.answer(line(FIRST, "3B", "[N/A]", "Active"), healthy(SECOND, "AF"));
        FailureDetector detector = detector(TIMEOUT);

        assertThat(detector.check()).isEmpty();
        assertThat(look(detector)).isEmpty();
        assertThat(look(detector))
                .containsExactly(
                        Suspicion.ofDevice(
                                FIRST,
                                ErrorClass.TIMEOUT,
                                "the hardware held the clocks down in 3 looks in a row"));
        assertThat(look(detector)).as("counted anew").isEmpty();
    }

    @Test
    void forgivesClocksThatAreFreeInBetween() {
        FailureDetector detector = detector(TIMEOUT);
        List<Suspicion> suspicions = new ArrayList<>();

        for (String state : List.of("Active", "Active", "Not Active", "Active", "Active")) {
            nvidiaSmi.answer(line(FIRST, "3B", "0", state));
            suspicions.addAll(look(detector));
        }

        assertThat(suspicions).isEmpty();
    }

    @Test
    void suspectsItsDevicesOnceTheProgramHangsAgainAndAgain() {
        nvidiaSmi.hang(true);
        FailureDetector detector = detector(Duration.ofMillis(200));

        assertThat(detector.check()).isEmpty();
        assertThat(look(detector)).isEmpty();
        assertThat(look(detector)).containsExactlyInAnyOrder(silent(FIRST), silent(SECOND));
    }

    @Test
    void forgivesAProgramThatAnswersInBetween() {
        FailureDetector detector = detector(Duration.ofSeconds(2));
        List<Suspicion> suspicions = new ArrayList<>();

        for (boolean hangs : List.of(true, true, false, true)) {
            nvidiaSmi.hang(hangs);
            suspicions.addAll(look(detector));
        }

        assertThat(suspicions).isEmpty();
    }

    @Test
    void givesUpADeviceThatVanishesFromTheList() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(healthy(FIRST, "3B"), healthy(NOT_OURS, "D8"));
        assertThat(look(detector)).as("once may be chance").isEmpty();

        Suspicion lost =
                Suspicion.ofDevice(
                        SECOND,
                        ErrorClass.FATAL_DEVICE,
                        nvidiaSmi.path() + " does not list it any more");
        assertThat(look(detector)).containsExactly(lost);
        assertThat(look(detector)).as("as long as it is lost").containsExactly(lost);

        nvidiaSmi.answer(healthy(FIRST, "3B"), healthy(SECOND, "AF"));
        assertThat(look(detector)).isEmpty();
    }

    @Test
    void givesUpTheOnlyDeviceWhenNoneIsFoundAnyMore() {
        devices.remove(1);
        nvidiaSmi.answer(healthy(FIRST, "3B"));
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(6, "No devices were found");
        look(detector);

        assertThat(look(detector)).extracting(Suspicion::subject).containsExactly(FIRST);
    }

    @Test
    void saysThatItNeverFoundADevice() {
        nvidiaSmi.answer(6, "No devices were found");
        FailureDetector detector = detector(TIMEOUT);

        assertThatThrownBy(detector::check)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Cannot read the health of devices: " + nvidiaSmi.path() + " finds none.");
    }

    @Test
    void takesADriverThatWasReplacedForNoFaultOfADevice() {
        FailureDetector detector = detector(TIMEOUT);
        detector.check();
        nvidiaSmi.answer(
                18,
                "Failed to initialize NVML: Driver/library version mismatch",
                "NVML library version: 550.163");

        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> look(detector))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "Cannot read the health of devices: the driver was replaced while this"
                                    + " process runs (Failed to initialize NVML: Driver/library"
                                    + " version mismatch NVML library version: 550.163). Its devices"
                                    + " go on; a process that starts now finds none until the new"
                                    + " driver is loaded. Drain the node and restart it.");
        }
        nvidiaSmi.answer(healthy(FIRST, "3B"), healthy(SECOND, "AF"));
        assertThat(look(detector)).isEmpty();
    }

    @Test
    void takesADeviceOfWhichNothingCanBeReadForAStrike() {
        String unreadable = line(FIRST, "3B", "[Unknown Error]", "[Unknown Error]");
        nvidiaSmi.answer(unreadable, healthy(SECOND, "AF"));
        FailureDetector detector = detector(TIMEOUT);

        assertThat(detector.check()).isEmpty();
        assertThat(look(detector)).isEmpty();
        assertThat(look(detector))
                .containsExactly(
                        Suspicion.ofDevice(
                                FIRST,
                                ErrorClass.UNKNOWN,
                                "the driver could read nothing of it in 3 looks in a row"));
    }

    @Test
    void givesUpTheMigDevicesOfALostGpu() {
        String mig = "MIG-4a1b2c3d-0002-5e6f-8a9b-0c1d2e3f4a5b";
        devices.clear();
        devices.add(device(mig, false));
        nvidiaSmi.list(
                "GPU 0: NVIDIA H200 (UUID: " + FIRST + ")",
                "  MIG 1g.18gb     Device  0: (UUID: " + mig + ")",
                "GPU 1: NVIDIA H200 (UUID: " + SECOND + ")");
        FailureDetector detector = detector(TIMEOUT);
        assertThat(detector.check()).isEmpty();

        nvidiaSmi.answer(15, "Unable to determine the device handle for GPU 0000:AF:00.0: lost");
        assertThat(look(detector)).as("another GPU").isEmpty();

        String loss = "Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.";
        nvidiaSmi.answer(15, loss);
        assertThat(look(detector))
                .containsExactly(Suspicion.ofDevice(mig, ErrorClass.FATAL_DEVICE, loss));
    }

    @Test
    void readsAnH200() {
        devices.remove(1);
        nvidiaSmi.answer(FIRST + ", 00000000:00:06.0, 0, Not Active");
        FailureDetector detector = detector(TIMEOUT);

        assertThat(detector.check()).isEmpty();
        assertThat(look(detector)).isEmpty();
    }

    private List<Suspicion> look(FailureDetector detector) {
        nanos += INTERVAL.toNanos();
        return detector.check();
    }

    private FailureDetector detector(Duration timeout) {
        GpuHealthConfig config =
                new GpuHealthConfig(
                        nvidiaSmi.path().toString(), INTERVAL, timeout, Optional.empty());
        return new GpuHealthDetector(
                config, new DetectorContext(new Configuration(), () -> devices, () -> nanos));
    }

    private Suspicion silent(String uuid) {
        String reason = nvidiaSmi.path() + " gave no answer in 3 looks in a row";
        return Suspicion.ofDevice(uuid, ErrorClass.TIMEOUT, reason);
    }

    private static String healthy(String uuid, String bus) {
        return line(uuid, bus, "0", "Not Active");
    }

    private static String line(String uuid, String bus, String errors, String slowdown) {
        return "%s, 00000000:%s:00.0, %s, %s".formatted(uuid, bus, errors, slowdown);
    }

    private static GpuDevice device(String uuid, boolean simulated) {
        return new GpuDevice(0, uuid, "Tesla T4", MemorySize.parse("16 gb"), "550", simulated);
    }
}
