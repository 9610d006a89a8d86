package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.fault.ErrorClass;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error of a device that the driver wrote to the kernel's messages, such as {@code NVRM: Xid
 * (PCI:0000:3b:00): 79, GPU has fallen off the bus.}
 *
 * <p>Codes and what to do about them: NVIDIA, "XID Errors", the Xid catalog. Fatal are those after
 * which it asks for a reset of the device or more; a strike those of the device after which it may
 * be used on. The codes that it ascribes to the application (13 an exception of the graphics
 * engine, 31 a page fault, 43 a channel that was reset, 45 channels that were removed) say nothing
 * against the device: an index out of range in one row is enough to cause them. A device that
 * causes them without a reason in the rows is found by the runs that fail.
 *
 * @param address of the device
 * @param code of the error
 * @param message that follows the code; may be empty
 */
record XidError(PciAddress address, int code, String message) {

    private static final Pattern LINE =
            Pattern.compile("NVRM: Xid \\(([^)]*)\\): ([0-9]{1,6})(?:, *(.*))?");

    private static final Set<Integer> FATAL =
            Set.of(
                    46, // the GPU stopped processing
                    48, // a double-bit ECC error
                    62, // the power management unit halted
                    64, // a page could not be retired or a row not remapped
                    74, // an NVLink error
                    79, // the GPU has fallen off the bus
                    95, // an uncontained ECC error
                    119, // the GSP's firmware gave no answer
                    120, // the GSP's firmware failed
                    140); // an unrecovered ECC error

    private static final Set<Integer> STRIKE =
            Set.of(
                    63, // a page was retired or a row marked for remapping
                    92, // many single-bit ECC errors
                    94); // an ECC error that is contained in one application

    /** The message of this code names the recovery that the driver asks for. */
    private static final int RECOVERY_ACTION = 154;

    /** To another action than "none" (0) and "drain peer-to-peer" (3). */
    private static final Pattern SEVERE_ACTION = Pattern.compile(" to 0x(?![03]\\b)[0-9a-fA-F]+");

    /** The error that a line tells of; empty if it tells of none. */
    static Optional<XidError> find(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.find()) {
            return Optional.empty();
        }
        int code = Integer.parseInt(matcher.group(2));
        String message = matcher.group(3) == null ? "" : matcher.group(3).strip();
        return PciAddress.find(matcher.group(1))
                .map(address -> new XidError(address, code, message));
    }

    /** FATAL_DEVICE, or UNKNOWN for a strike; empty if it says nothing against the device. */
    Optional<ErrorClass> errorClass() {
        if (FATAL.contains(code) || asksForReset()) {
            return Optional.of(ErrorClass.FATAL_DEVICE);
        }
        return STRIKE.contains(code) ? Optional.of(ErrorClass.UNKNOWN) : Optional.empty();
    }

    /** A sentence for people. */
    String reason() {
        return message.isEmpty() ? "XID " + code : "XID " + code + ": " + message;
    }

    private boolean asksForReset() {
        return code == RECOVERY_ACTION && SEVERE_ACTION.matcher(message).find();
    }
}
