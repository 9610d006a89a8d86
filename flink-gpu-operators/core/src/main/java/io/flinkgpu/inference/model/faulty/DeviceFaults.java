package io.flinkgpu.inference.model.faulty;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.model.ModelDevice;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Properties;
import org.apache.flink.annotation.Internal;

/**
 * How the runs of a device are disturbed.
 *
 * @param slowFactor by which runs take longer, at least 1
 * @param failingShare of the runs that fail, 0 to 1
 * @param errorClass of their failures
 * @param failure with what text they fail
 * @param hang how long each run does nothing before it goes on; zero: not at all
 */
@Internal
public record DeviceFaults(
        double slowFactor,
        double failingShare,
        ErrorClass errorClass,
        String failure,
        Duration hang) {

    /** The file of all devices without one of their own. */
    public static final String ALL = "all";

    private static final String SUFFIX = ".properties";
    private static final DeviceFaults NONE =
            new DeviceFaults(1, 0, ErrorClass.UNKNOWN, "", Duration.ZERO);

    /** No disturbance. */
    public static DeviceFaults none() {
        return NONE;
    }

    /** A device that is slower. */
    public static DeviceFaults slow(double factor) {
        return new DeviceFaults(factor, 0, ErrorClass.UNKNOWN, "", Duration.ZERO);
    }

    /** A device some of whose runs fail for a reason that nobody knows, with this text. */
    public static DeviceFaults failing(double share, String text) {
        return failing(share, ErrorClass.UNKNOWN, text);
    }

    /** A device some of whose runs fail in this way, with this text. */
    public static DeviceFaults failing(double share, ErrorClass errorClass, String text) {
        return new DeviceFaults(1, share, errorClass, text, Duration.ZERO);
    }

    /** A device whose runs do nothing for a while. */
    public static DeviceFaults hanging(Duration time) {
        return new DeviceFaults(1, 0, ErrorClass.UNKNOWN, "", time);
    }

    /**
     * Has the runs of a device disturbed from here on; replaces what it had.
     *
     * @param device its id, {@code process-} and a process id for all of a process, or {@link #ALL}
     * @throws IOException if the file cannot be written
     */
    public void injectInto(Path directory, String device) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("slow-factor", String.valueOf(slowFactor));
        properties.setProperty("failing-share", String.valueOf(failingShare));
        properties.setProperty("error-class", errorClass.name());
        properties.setProperty("failure", failure);
        properties.setProperty("hang", hang.toString());
        Path unfinished = Files.createTempFile(directory, ".faults", ".tmp");
        try (var writer = Files.newBufferedWriter(unfinished)) {
            properties.store(writer, null);
        }
        Files.move(unfinished, file(directory, device), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Has the runs of a device go on as they should. */
    public static void heal(Path directory, String device) throws IOException {
        Files.deleteIfExists(file(directory, device));
    }

    /** What the directory says of a device of this process at the moment. */
    static DeviceFaults of(Path directory, ModelDevice device) throws IOException {
        String process = "process-" + ProcessHandle.current().pid();
        for (String name : new String[] {device.id(), process, ALL}) {
            try (Reader reader = Files.newBufferedReader(file(directory, name))) {
                return read(reader);
            } catch (NoSuchFileException none) {
                // the next name may have one
            }
        }
        return NONE;
    }

    private static DeviceFaults read(Reader reader) throws IOException {
        Properties properties = new Properties();
        properties.load(reader);
        return new DeviceFaults(
                Double.parseDouble(properties.getProperty("slow-factor", "1")),
                Double.parseDouble(properties.getProperty("failing-share", "0")),
                ErrorClass.valueOf(
                        properties.getProperty("error-class", ErrorClass.UNKNOWN.name())),
                properties.getProperty("failure", ""),
                Duration.parse(properties.getProperty("hang", "PT0S")));
    }

    private static Path file(Path directory, String device) {
        return directory.resolve(device + SUFFIX);
    }
}
