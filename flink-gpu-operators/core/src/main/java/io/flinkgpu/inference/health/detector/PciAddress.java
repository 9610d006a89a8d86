package io.flinkgpu.inference.health.detector;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a device sits on the PCI bus, whatever the notation.
 *
 * <p>{@code 00000000:3B:00.0} of {@code nvidia-smi} and {@code PCI:0000:3b:00} of the kernel's
 * messages are the same; the function after the dot is left out.
 */
record PciAddress(int domain, int bus, int device) {

    private static final Pattern NOTATION =
            Pattern.compile("([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})");

    /** The first address in a text; empty if there is none. */
    static Optional<PciAddress> find(String text) {
        Matcher matcher = NOTATION.matcher(text);
        return matcher.find()
                ? Optional.of(
                        new PciAddress(
                                hexadecimal(matcher.group(1)),
                                hexadecimal(matcher.group(2)),
                                hexadecimal(matcher.group(3))))
                : Optional.empty();
    }

    private static int hexadecimal(String digits) {
        return Integer.parseUnsignedInt(digits, 16);
    }
}
