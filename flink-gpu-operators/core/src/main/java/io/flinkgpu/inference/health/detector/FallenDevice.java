package io.flinkgpu.inference.health.detector;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device that the driver misses on the bus and says so without an XID, such as {@code NVRM: GPU
 * 0000:3b:00.0: GPU has fallen off the bus.}
 *
 * <p>While a device is set up, as after a reset, the sentence takes two lines, of which the first
 * names the device.
 *
 * @param address of the device
 * @param message of the driver, without its name
 */
record FallenDevice(PciAddress address, String message) {

    private static final Pattern LINE =
            Pattern.compile("NVRM: (.*fallen off the bus.*)", Pattern.CASE_INSENSITIVE);
    private static final String DRIVER = "NVRM: ";

    /**
     * The device that a line tells of; empty if it tells of none.
     *
     * @param before the line before it; may be empty
     */
    static Optional<FallenDevice> find(String before, String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String message = matcher.group(1).strip();
        return PciAddress.find(message)
                .or(() -> before.contains(DRIVER) ? PciAddress.find(before) : Optional.empty())
                .map(address -> new FallenDevice(address, message));
    }
}
