package io.flinkgpu.inference.health.detector;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class DetectorOptionsTest {

    @Test
    void hasDefaults() {
        Configuration options = new Configuration();

        assertThat(options.get(DetectorOptions.CHECK_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.get(DetectorOptions.DISABLED)).isEmpty();
        assertThat(GpuHealthConfig.from(options))
                .hasToString(
                        "GpuHealthConfig[command=nvidia-smi, interval=PT10S, timeout=PT5S,"
                                + " kernelLog=Optional.empty]");
        assertThat(options.getOptional(DetectorOptions.PREEMPTION_NOTICE_FILE)).isEmpty();
        assertThat(options.getOptional(DetectorOptions.PREEMPTION_NOTICE_URL)).isEmpty();
    }

    @Test
    void mapsEveryKey() {
        Configuration options =
                Configuration.fromMap(
                        Map.of(
                                "detector.check-interval", "2 s",
                                "detector.disabled", "gpu-health;preemption-notice",
                                "detector.gpu-health.interval", "3 s",
                                "detector.gpu-health.command", "smi",
                                "detector.gpu-health.timeout", "4 s",
                                "detector.gpu-health.kernel-log", "no/such/log",
                                "detector.preemption-notice.file", "notice",
                                "detector.preemption-notice.url", "http://localhost/notice"));

        assertThat(options.get(DetectorOptions.CHECK_INTERVAL)).isEqualTo(Duration.ofSeconds(2));
        assertThat(options.get(DetectorOptions.DISABLED))
                .isEqualTo(
                        List.of(
                                GpuHealthDetectorFactory.NAME,
                                PreemptionNoticeDetectorFactory.NAME));
        assertThat(GpuHealthConfig.from(options))
                .hasToString(
                        "GpuHealthConfig[command=smi, interval=PT3S, timeout=PT4S,"
                                + " kernelLog=Optional[no/such/log]]");
        assertThat(options.get(DetectorOptions.PREEMPTION_NOTICE_FILE)).isEqualTo("notice");
        assertThat(options.get(DetectorOptions.PREEMPTION_NOTICE_URL))
                .isEqualTo("http://localhost/notice");
    }

    @Test
    void findsTheBuiltInFactories() {
        assertThat(ServiceLoader.load(FailureDetectorFactory.class))
                .extracting(FailureDetectorFactory::name)
                .contains("gpu-health", "preemption-notice");
    }
}
