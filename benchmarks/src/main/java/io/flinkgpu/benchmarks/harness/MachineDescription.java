package io.flinkgpu.benchmarks.harness;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.annotation.Internal;

/**
 * What the measurements ran on.
 *
 * @param cores that this process may use
 * @param memoryGib of the machine
 * @param cpu the processor's model
 * @param os name, version and architecture
 * @param jvm name, version and largest heap
 */
@Internal
public record MachineDescription(int cores, double memoryGib, String cpu, String os, String jvm) {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final double GIB = 1L << 30;

    /** The machine and the JVM of this process. */
    public static MachineDescription current() {
        OperatingSystemMXBean system =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new MachineDescription(
                Runtime.getRuntime().availableProcessors(),
                SignificantDigits.round(system.getTotalMemorySize() / GIB),
                cpuModel(readCpuInfo()),
                "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()),
                "%s %s, largest heap %d MiB"
                        .formatted(
                                System.getProperty("java.vm.name"),
                                System.getProperty("java.version"),
                                Runtime.getRuntime().maxMemory() >> 20));
    }

    /** The first processor's model in lines of the form of {@code /proc/cpuinfo}. */
    static String cpuModel(List<String> cpuInfo) {
        return cpuInfo.stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }

    private static List<String> readCpuInfo() {
        try {
            return Files.readAllLines(CPU_INFO);
        } catch (IOException notLinux) {
            return List.of();
        }
    }
}
