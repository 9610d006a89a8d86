package io.flinkgpu.resources.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.PluginDescriptor;
import org.apache.flink.core.plugin.PluginManager;
import org.apache.flink.runtime.externalresource.ExternalResourceInfoProvider;
import org.apache.flink.runtime.externalresource.ExternalResourceUtils;
import org.junit.jupiter.api.Test;

/**
 * Drives the plugin as a task manager does: through Flink's utilities and a plugin class loader.
 */
class GpuDriverTest {

    @Test
    void givesTasksTheSimulatedDevices() throws Exception {
        List<ExternalResourceInfo> given =
                start(Map.of("external-resource.gpu.simulated.count", "2"), 2);

        assertThat(given)
                .extracting(GpuDevice::from)
                .containsExactlyInAnyOrderElementsOf(
                        new SimulatedDiscovery(2, GpuDriverOptions.SIMULATED_MEMORY.defaultValue())
                                .discover());
    }

    @Test
    void comesFromAClassLoaderOfItsOwn() throws Exception {
        List<ExternalResourceInfo> given =
                start(Map.of("external-resource.gpu.simulated.count", "1"), 1);

        assertThat(given).singleElement().isNotInstanceOf(GpuInfo.class);
    }

    @Test
    void givesTasksTheRealDevices() throws Exception {
        List<ExternalResourceInfo> given =
                start(
                        Map.of(
                                "external-resource.gpu.nvidia-smi.path",
                                NvidiaSmiScripts.path("nvidia-smi-three.sh")),
                        3);

        assertThat(given)
                .extracting(info -> GpuDevice.from(info).name())
                .containsExactlyInAnyOrder(
                        "NVIDIA A100-SXM4-80GB", "NVIDIA A100-SXM4-80GB", "Tesla T4");
    }

    @Test
    void givesTheFirstDevicesWhenFewerAreAskedFor() throws Exception {
        List<ExternalResourceInfo> given =
                start(Map.of("external-resource.gpu.simulated.count", "3"), 1);

        assertThat(given).extracting(info -> GpuDevice.from(info).index()).containsExactly(0);
    }

    @Test
    void failsTheStartWhenTheAmountIsAboveWhatExists() {
        assertThatThrownBy(() -> start(Map.of("external-resource.gpu.simulated.count", "2"), 3))
                .isInstanceOf(Error.class)
                .hasMessageStartingWith(
                        "Invalid external-resource.gpu.amount: 3. 2 devices exist: [simulated"
                                + " SIMULATED-GPU-")
                .hasMessageEndingWith(
                        ". Lower it, check CUDA_VISIBLE_DEVICES, or set"
                                + " external-resource.gpu.simulated.count.");
    }

    @Test
    void failsTheStartWhenDevicesCannotBeListed() {
        assertThatThrownBy(
                        () ->
                                start(
                                        Map.of(
                                                "external-resource.gpu.nvidia-smi.path",
                                                "no-such-nvidia-smi"),
                                        1))
                .isInstanceOf(Error.class)
                .hasMessageStartingWith("Cannot run no-such-nvidia-smi: ")
                .hasMessageEndingWith("Without a GPU set external-resource.gpu.simulated.count.");
    }

    @Test
    void failsTheStartOnAnInvalidOption() {
        assertThatThrownBy(() -> start(Map.of("external-resource.gpu.simulated.count", "-1"), 1))
                .isInstanceOf(Error.class)
                .hasMessage(
                        "Invalid external-resource.gpu.simulated.count: -1. It must be at least 0.");
    }

    private static List<ExternalResourceInfo> start(Map<String, String> options, int amount)
            throws MalformedURLException {
        Configuration config = Configuration.fromMap(options);
        config.setString("external-resources", "gpu");
        config.setString("external-resource.gpu.amount", Integer.toString(amount));
        config.setString(
                "external-resource.gpu.driver-factory.class", GpuDriverFactory.class.getName());
        ExternalResourceInfoProvider provider =
                ExternalResourceUtils.createStaticExternalResourceInfoProviderFromConfig(
                        config, plugins());
        return List.copyOf(provider.getExternalResourceInfos("gpu"));
    }

    private static PluginManager plugins() throws MalformedURLException {
        URL classes = Path.of("target", "classes").toUri().toURL();
        PluginDescriptor plugin = new PluginDescriptor("gpu", new URL[] {classes}, new String[0]);
        return new DefaultPluginManager(
                List.of(plugin),
                CoreOptions.getPluginParentFirstLoaderPatterns(new Configuration()));
    }
}
