package io.flinkgpu.resources.device;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.MemorySize;

/**
 * What {@code nvidia-smi} prints when it is asked for index, UUID, name, memory and driver.
 *
 * <p>A line for each device, and whatever else it has to say around them.
 *
 * @param devices that answered with every field
 * @param leftOut lines of devices that did not
 * @param remarks other lines, such as warnings
 */
record NvidiaSmiTable(List<GpuDevice> devices, List<String> leftOut, List<String> remarks) {

    // A product name may hold a comma, the other fields cannot: the name is what lies between them.
    private static final Pattern LINE =
            Pattern.compile(
                    "\\s*(?<index>\\d+)\\s*,\\s*(?<uuid>[^,]+?)\\s*,\\s*(?<name>.*?)\\s*,"
                            + "\\s*(?<memory>[^,]*?)\\s*,\\s*(?<driver>[^,]*?)\\s*");

    private static final Pattern UUID = Pattern.compile("(GPU|MIG)-[0-9a-zA-Z/-]+");

    // As printed in the place of a field: [Unknown Error], [GPU is lost], [GPU requires reset],
    // ERR!
    private static final Pattern SICK =
            Pattern.compile("\\[.*(error|lost|reset).*]|ERR!", Pattern.CASE_INSENSITIVE);

    // As printed by devices that share the machine's memory, and by some virtual ones.
    private static final Pattern NOT_TOLD =
            Pattern.compile("\\[?(N/A|Not Supported|Not Available)]?", Pattern.CASE_INSENSITIVE);

    private static final Pattern NO_HANDLE =
            Pattern.compile("Unable to determine the device handle.*", Pattern.CASE_INSENSITIVE);

    /** Reads all lines. */
    static NvidiaSmiTable parse(String text) {
        NvidiaSmiTable table =
                new NvidiaSmiTable(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        text.lines().filter(line -> !line.isBlank()).forEach(line -> table.add(line.strip()));
        return table;
    }

    /** Whether nothing was printed. */
    boolean isEmpty() {
        return devices.isEmpty() && leftOut.isEmpty() && remarks.isEmpty();
    }

    private void add(String line) {
        Matcher fields = LINE.matcher(line);
        if (NO_HANDLE.matcher(line).matches() || (fields.matches() && isSick(fields))) {
            leftOut.add(line);
        } else if (fields.matches() && UUID.matcher(fields.group("uuid")).matches()) {
            addDevice(line, fields);
        } else {
            remarks.add(line);
        }
    }

    private void addDevice(String line, Matcher fields) {
        String memory = fields.group("memory");
        try {
            devices.add(
                    new GpuDevice(
                            Integer.parseInt(fields.group("index")),
                            fields.group("uuid"),
                            fields.group("name"),
                            NOT_TOLD.matcher(memory).matches()
                                    ? ofMachine()
                                    : MemorySize.ofMebiBytes(Long.parseLong(memory)),
                            fields.group("driver"),
                            false));
        } catch (IllegalArgumentException noDevice) {
            leftOut.add(line);
        }
    }

    private static boolean isSick(Matcher fields) {
        return List.of("uuid", "name", "memory", "driver").stream()
                .anyMatch(field -> SICK.matcher(fields.group(field)).matches());
    }

    /** A device that does not say what memory it has uses the machine's. */
    private static MemorySize ofMachine() {
        return new MemorySize(
                ((com.sun.management.OperatingSystemMXBean)
                                ManagementFactory.getOperatingSystemMXBean())
                        .getTotalMemorySize());
    }
}
