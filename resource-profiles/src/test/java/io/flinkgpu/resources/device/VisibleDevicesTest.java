package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class VisibleDevicesTest {

    private static final List<GpuDevice> ALL =
            List.of(device(0, "GPU-5b1c-0"), device(1, "GPU-5b77-1"), device(2, "GPU-e0a1-2"));

    @Test
    void selectsAllWithoutTheVariable() {
        assertThat(VisibleDevices.select(ALL, null).devices()).isEqualTo(ALL);
    }

    @Test
    void selectsNoneForAnEmptyList() {
        assertThat(VisibleDevices.select(ALL, "").devices()).isEmpty();
        assertThat(VisibleDevices.select(ALL, " ").devices()).isEmpty();
    }

    @Test
    void selectsNoneForMinusOne() {
        assertThat(VisibleDevices.select(ALL, "-1").devices()).isEmpty();
    }

    @Test
    void keepsTheOrderOfTheListAndNumbersAnew() {
        List<GpuDevice> selected = VisibleDevices.select(ALL, "2,0").devices();

        assertThat(selected)
                .extracting(GpuDevice::uuid)
                .containsExactly("GPU-e0a1-2", "GPU-5b1c-0");
        assertThat(selected).extracting(GpuDevice::index).containsExactly(0, 1);
    }

    @Test
    void findsDevicesByUuidAndByItsBeginning() {
        assertThat(uuids("GPU-5b77-1, GPU-e")).containsExactly("GPU-5b77-1", "GPU-e0a1-2");
    }

    @Test
    void endsAtABeginningThatFitsTwoDevices() {
        assertThat(uuids("2,GPU-5b,1")).containsExactly("GPU-e0a1-2");
    }

    @Test
    void endsAtAnEntryThatNamesNoDevice() {
        assertThat(uuids("1,-1,2")).containsExactly("GPU-5b77-1");
        assertThat(uuids("0,7,1")).containsExactly("GPU-5b1c-0");
        assertThat(uuids("0,,1")).containsExactly("GPU-5b1c-0");
        assertThat(uuids("0,MIG-41,1")).containsExactly("GPU-5b1c-0");
        assertThat(uuids("99999999999,1")).isEmpty();
    }

    @Test
    void selectsNoneWhereADeviceIsNamedTwiceAsCudaDoes() {
        assertThat(uuids("1,GPU-5b77,0")).isEmpty();
        assertThat(VisibleDevices.select(ALL, "0,0").endedBy()).contains("0");
    }

    @Test
    void tellsWhichEntryEndedTheList() {
        assertThat(VisibleDevices.select(ALL, "1, 7 ,2").endedBy()).contains("7");
        assertThat(VisibleDevices.select(ALL, "1,2").endedBy()).isEmpty();
    }

    @Test
    void showsOneMigDeviceAndNothingBesideIt() {
        List<GpuDevice> machine =
                List.of(device(0, "MIG-a"), device(0, "MIG-b"), device(1, "GPU-5b77-1"));
        Map<String, String> gpus = Map.of("MIG-a", "GPU-5b1c-0", "MIG-b", "GPU-5b1c-0");

        VisibleDevices.Selection all = VisibleDevices.select(machine, gpus, null);
        VisibleDevices.Selection second = VisibleDevices.select(machine, gpus, "1,MIG-b,MIG-a");

        assertThat(all.devices()).extracting(GpuDevice::uuid).containsExactly("MIG-a");
        assertThat(all.hidden()).extracting(GpuDevice::uuid).containsExactly("MIG-b", "GPU-5b77-1");
        assertThat(second.devices()).containsExactly(device(0, "MIG-b"));
        assertThat(second.hidden())
                .extracting(GpuDevice::uuid)
                .containsExactly("GPU-5b77-1", "MIG-a");
    }

    private static Stream<String> uuids(String variable) {
        return VisibleDevices.select(ALL, variable).devices().stream().map(GpuDevice::uuid);
    }

    private static GpuDevice device(int index, String uuid) {
        return new GpuDevice(index, uuid, "Tesla T4", MemorySize.parse("15 gb"), "550", false);
    }
}
