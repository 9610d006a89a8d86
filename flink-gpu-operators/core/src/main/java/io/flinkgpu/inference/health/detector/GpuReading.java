package io.flinkgpu.inference.health.detector;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * What one line of {@code nvidia-smi} says of a device.
 *
 * @param uuid of the device
 * @param address of the device
 * @param uncorrectedErrors of its memory since the driver was loaded; empty without ECC
 * @param slowedDown whether the hardware holds its clocks down, for heat or lack of power
 * @param unreadable whether the driver knows the device and cannot read any of its state
 */
record GpuReading(
        String uuid,
        PciAddress address,
        OptionalLong uncorrectedErrors,
        boolean slowedDown,
        boolean unreadable) {

    /** The fields to ask for before that of the slowdown, whose name depends on the driver. */
    static final List<String> FIELDS =
            List.of("uuid", "pci.bus_id", "ecc.errors.uncorrected.volatile.total");

    private static final Pattern ERROR = Pattern.compile("\\[Unknown Error]|ERR!");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    /** Reads a line of comma-separated values; empty if it is none of a device. */
    static Optional<GpuReading> parse(String line) {
        String[] values = line.split(",", -1);
        if (values.length != FIELDS.size() + 1 || !values[0].strip().startsWith("GPU-")) {
            return Optional.empty();
        }
        return PciAddress.find(values[1])
                .map(
                        address ->
                                new GpuReading(
                                        values[0].strip(),
                                        address,
                                        number(values[2].strip()),
                                        values[3].strip().equals("Active"),
                                        isError(values[2]) && isError(values[3])));
    }

    private static boolean isError(String value) {
        return ERROR.matcher(value.strip()).matches();
    }

    private static OptionalLong number(String value) {
        return NUMBER.matcher(value).matches()
                ? OptionalLong.of(Long.parseLong(value))
                : OptionalLong.empty();
    }
}
