package io.flinkgpu.inference.health;

import java.time.Duration;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of failure detectors, read from the task manager and over it from the job. */
@PublicEvolving
public final class DetectorOptions {

    public static final ConfigOption<Duration> CHECK_INTERVAL =
            ConfigOptions.key("detector.check-interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(1))
                    .withDescription(
                            "How often detectors are asked what they suspect. Raising it spares the"
                                    + " processor and notices faults later.");

    public static final ConfigOption<List<String>> DISABLED =
            ConfigOptions.key("detector.disabled")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Names of detectors that are left out, such as gpu-health, separated by"
                                    + " semicolons.");

    public static final ConfigOption<Duration> GPU_HEALTH_INTERVAL =
            ConfigOptions.key("detector.gpu-health.interval")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(10))
                    .withDescription(
                            "How long gpu-health waits between two runs of its command. Raising it"
                                    + " disturbs the driver less and finds sick devices later.");

    public static final ConfigOption<String> GPU_HEALTH_COMMAND =
            ConfigOptions.key("detector.gpu-health.command")
                    .stringType()
                    .defaultValue("nvidia-smi")
                    .withDescription(
                            "Name or path of the program that gpu-health asks; where it is not"
                                    + " found there is no such detector.");

    public static final ConfigOption<Duration> GPU_HEALTH_TIMEOUT =
            ConfigOptions.key("detector.gpu-health.timeout")
                    .durationType()
                    .defaultValue(Duration.ofSeconds(5))
                    .withDescription(
                            "How long that program may take; three times in a row without an"
                                    + " answer count against the devices. Raising it tolerates"
                                    + " machines with many devices and holds up the other"
                                    + " detectors longer.");

    public static final ConfigOption<String> GPU_HEALTH_KERNEL_LOG =
            ConfigOptions.key("detector.gpu-health.kernel-log")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File with the kernel's messages, such as /var/log/kern.log, that"
                                    + " gpu-health follows from its end for XID errors. Without it"
                                    + " XID errors go unnoticed.");

    public static final ConfigOption<String> PREEMPTION_NOTICE_FILE =
            ConfigOptions.key("detector.preemption-notice.file")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "File that an agent of the node creates when the node is about to be"
                                    + " taken away; its first line is the reason. Without it no"
                                    + " file is looked for.");

    public static final ConfigOption<String> PREEMPTION_NOTICE_URL =
            ConfigOptions.key("detector.preemption-notice.url")
                    .stringType()
                    .noDefaultValue()
                    .withDescription(
                            "http or https address that answers 404 until the node is about to be"
                                    + " taken away and 200 from then on; the body's first line is"
                                    + " the reason. Without it none is asked.");

    private DetectorOptions() {}
}
