package io.flinkgpu.inference.model.faulty;

import io.flinkgpu.inference.model.ModelRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;

/**
 * A model that is disturbed.
 *
 * @param model which would run undisturbed
 * @param faults directory that says which devices are disturbed, see {@link DeviceFaults}; all
 *     processes that run the model see it
 * @param poisonShare of the rows that fail every run they are in, 0 to 1: those whose first value,
 *     a float, is above 0 and below it; or byte strings that begin with {@value #POISON_TEXT}
 * @param poisonHang how long a run with such a row hangs before it fails; zero: not at all
 */
@Internal
public record FaultInjection(
        ModelRef model, String faults, double poisonShare, Duration poisonHang) {

    /** How a poisonous byte string begins. */
    public static final String POISON_TEXT = "POISON";

    static final String RUNTIME = "fault-injecting";

    private static final String OF_MODEL = "fault-injection.runtime";
    private static final String FAULTS = "fault-injection.directory";
    private static final String POISON_SHARE = "fault-injection.poison-share";
    private static final String POISON_HANG = "fault-injection.poison-hang";

    /** Checks the share. */
    public FaultInjection {
        if (!(poisonShare >= 0 && poisonShare <= 1)) {
            throw new IllegalArgumentException(
                    "Invalid share of poison: " + poisonShare + ". It must be 0 to 1.");
        }
    }

    /** A disturbed model. */
    public static FaultInjection into(ModelRef model, Path faults) {
        return new FaultInjection(model, faults.toAbsolutePath().toString(), 0, Duration.ZERO);
    }

    /** The same with some rows that are poison. */
    public FaultInjection withPoison(double share) {
        return new FaultInjection(model, faults, share, poisonHang);
    }

    /** The same where poison makes runs hang. */
    public FaultInjection withHangingPoison(double share, Duration hang) {
        return new FaultInjection(model, faults, share, hang);
    }

    /** The model that a reference loads in the end, be it disturbed or not. */
    public static ModelRef undisturbed(ModelRef ref) {
        return ref.runtime().equals(RUNTIME) ? from(ref).model() : ref;
    }

    /** The reference that loads the disturbed model. */
    public ModelRef ref() {
        return new ModelRef(RUNTIME, model.location(), model.signature(), model.options())
                .withOption(OF_MODEL, model.runtime())
                .withOption(FAULTS, faults)
                .withOption(POISON_SHARE, String.valueOf(poisonShare))
                .withOption(POISON_HANG, poisonHang.toString());
    }

    static FaultInjection from(ModelRef ref) {
        Map<String, String> options = new TreeMap<>(ref.options());
        String runtime = required(options.remove(OF_MODEL), OF_MODEL);
        String directory = required(options.remove(FAULTS), FAULTS);
        String share = options.remove(POISON_SHARE);
        String hang = options.remove(POISON_HANG);
        return new FaultInjection(
                new ModelRef(runtime, ref.location(), ref.signature(), options),
                directory,
                share == null ? 0 : Double.parseDouble(share),
                hang == null ? Duration.ZERO : Duration.parse(hang));
    }

    private static String required(String value, String option) {
        if (value == null) {
            throw new IllegalArgumentException(
                    "Invalid model: the runtime '%s' needs the option '%s'."
                            .formatted(RUNTIME, option));
        }
        return value;
    }
}
