package io.flinkgpu.resources.device;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.externalresource.ExternalResourceDriver;
import org.apache.flink.api.common.externalresource.ExternalResourceDriverFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.IllegalConfigurationException;

/**
 * The plugin's entry, named in {@code external-resource.gpu.driver-factory.class}.
 *
 * <p>Flink loads it from {@code plugins/} alone, never from {@code lib/}.
 */
@Internal
public final class GpuDriverFactory implements ExternalResourceDriverFactory {

    /** Called by Flink through the service loader. */
    public GpuDriverFactory() {}

    /**
     * Reads {@link GpuDriverOptions}.
     *
     * @throws GpuDriverError if an option is invalid; the task manager's start fails
     */
    @Override
    public ExternalResourceDriver createExternalResourceDriver(Configuration config) {
        try {
            return new GpuDriver(
                    GpuDriverConfig.from(TaskManagerConfiguration.behind(config)).discovery());
        } catch (IllegalConfigurationException e) {
            throw new GpuDriverError(e.getMessage(), e);
        }
    }
}
