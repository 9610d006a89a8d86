package io.flinkgpu.inference.health;

import java.time.Duration;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The options of blocklists, read from the task manager and over it from the job. */
@PublicEvolving
public final class BlocklistOptions {

    public static final ConfigOption<Integer> DEVICE_STRIKES =
            ConfigOptions.key("blocklist.device.strikes")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "Errors of a device within the window that block it; one that says that"
                                    + " the device is broken does so alone. Raising it tolerates"
                                    + " more.");

    public static final ConfigOption<Duration> DEVICE_WINDOW =
            ConfigOptions.key("blocklist.device.window")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long an error of a device counts. Raising it finds devices that"
                                    + " fail now and then.");

    public static final ConfigOption<Duration> DEVICE_FIRST_BLOCK =
            ConfigOptions.key("blocklist.device.first-block")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(10))
                    .withDescription(
                            "How long a device is blocked for the first time; each further block is"
                                    + " twice as long.");

    public static final ConfigOption<Duration> DEVICE_FIRST_FATAL_BLOCK =
            ConfigOptions.key("blocklist.device.first-fatal-block")
                    .durationType()
                    .defaultValue(Duration.ofMinutes(30))
                    .withDescription(
                            "The same after an error that says that the device is broken, or a run"
                                    + " that did not end.");

    public static final ConfigOption<Duration> DEVICE_MAX_BLOCK =
            ConfigOptions.key("blocklist.device.max-block")
                    .durationType()
                    .defaultValue(Duration.ofHours(24))
                    .withDescription("How long blocks of a device grow to.");

    public static final ConfigOption<Double> DEVICE_MAX_SHARE =
            ConfigOptions.key("blocklist.device.max-share")
                    .doubleType()
                    .defaultValue(0.5)
                    .withDescription(
                            "Share of a process's devices that may be blocked, 0 to 1; beyond it the"
                                    + " node is blocked instead.");

    public static final ConfigOption<Integer> NODE_DEVICES =
            ConfigOptions.key("blocklist.node.devices")
                    .intType()
                    .defaultValue(2)
                    .withDescription(
                            "Blocked devices of a node that block the node. Raising it keeps sick"
                                    + " nodes longer.");

    public static final ConfigOption<Duration> NODE_BLOCK =
            ConfigOptions.key("blocklist.node.block")
                    .durationType()
                    .defaultValue(Duration.ofHours(1))
                    .withDescription(
                            "How long a node is blocked. Raising it tries sick nodes later; Flink"
                                    + " ends no block before its time.");

    public static final ConfigOption<Double> NODE_MAX_SHARE =
            ConfigOptions.key("blocklist.node.max-share")
                    .doubleType()
                    .defaultValue(0.5)
                    .withDescription(
                            "Share of the task managers with a GPU that may be blocked, 0 to 1;"
                                    + " never the last one. 0 never blocks a node.");

    public static final ConfigOption<Integer> MAX_STUCK_RUNS =
            ConfigOptions.key("inference.device.max-stuck-runs")
                    .intType()
                    .defaultValue(3)
                    .withDescription(
                            "After how many stuck runs the task manager ends itself, so that its"
                                    + " node is replaced: each has cost a thread. Raising it keeps"
                                    + " sick processes longer.");

    private BlocklistOptions() {}
}
