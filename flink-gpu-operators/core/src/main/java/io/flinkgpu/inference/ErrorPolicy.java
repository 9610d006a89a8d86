package io.flinkgpu.inference;

import io.flinkgpu.inference.fault.ErrorClass;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What becomes of rows that fail, by the class of their failure. Immutable.
 *
 * <p>A lost or sick device and a model that cannot be loaded concern every row: they always fail
 * the job.
 */
@PublicEvolving
public record ErrorPolicy(Map<ErrorClass, ErrorAction> actions) implements Serializable {

    private static final Set<ErrorClass> OF_EVERY_ROW =
            Set.of(ErrorClass.FATAL_DEVICE, ErrorClass.SICK_DEVICE, ErrorClass.MODEL_LOAD);

    /**
     * Completes the map: what is not named fails the job.
     *
     * @throws IllegalArgumentException if anything but FAIL is asked for FATAL_DEVICE, SICK_DEVICE
     *     or MODEL_LOAD
     */
    public ErrorPolicy {
        Map<ErrorClass, ErrorAction> complete = new EnumMap<>(ErrorClass.class);
        for (ErrorClass errorClass : ErrorClass.values()) {
            complete.put(errorClass, actions.getOrDefault(errorClass, ErrorAction.FAIL));
        }
        for (ErrorClass errorClass : OF_EVERY_ROW) {
            if (complete.get(errorClass) != ErrorAction.FAIL) {
                throw new IllegalArgumentException(
                        "Invalid action for errors of class %s: %s. They concern every row: only FAIL is possible."
                                .formatted(errorClass, complete.get(errorClass)));
            }
        }
        actions = Map.copyOf(complete);
    }

    /** The same action for all rows that a failure can be blamed on. */
    public static ErrorPolicy always(ErrorAction action) {
        Map<ErrorClass, ErrorAction> actions = new EnumMap<>(ErrorClass.class);
        for (ErrorClass errorClass : ErrorClass.values()) {
            actions.put(errorClass, OF_EVERY_ROW.contains(errorClass) ? ErrorAction.FAIL : action);
        }
        return new ErrorPolicy(actions);
    }

    /**
     * Reads names, such as {@code data} and {@code dead-letter}, over a common action.
     *
     * @throws IllegalArgumentException naming every name that is none
     */
    static ErrorPolicy parse(ErrorAction otherwise, Map<String, String> byClass) {
        List<String> problems = new ArrayList<>();
        Map<ErrorClass, ErrorAction> actions = new EnumMap<>(always(otherwise).actions());
        byClass.forEach(
                (errorClass, action) -> {
                    try {
                        actions.put(
                                ErrorClass.valueOf(constant(errorClass)),
                                ErrorAction.valueOf(constant(action)));
                    } catch (IllegalArgumentException unknown) {
                        problems.add(
                                "Invalid %s: '%s:%s'. Classes are %s, actions are %s."
                                        .formatted(
                                                InferenceOptions.ON_ERROR_BY_CLASS.key(),
                                                errorClass,
                                                action,
                                                List.of(ErrorClass.values()),
                                                List.of(ErrorAction.values())));
                    }
                });
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join(" ", problems));
        }
        return new ErrorPolicy(actions);
    }

    /** This policy with some actions replaced. */
    ErrorPolicy with(Map<ErrorClass, ErrorAction> replaced) {
        Map<ErrorClass, ErrorAction> all = new EnumMap<>(actions);
        all.putAll(replaced);
        return new ErrorPolicy(all);
    }

    /** What to do with a row whose failure has this class. */
    public ErrorAction actionFor(ErrorClass errorClass) {
        return actions.get(errorClass);
    }

    /** Whether some rows would meet this action. */
    public boolean uses(ErrorAction action) {
        return actions.containsValue(action);
    }

    private static String constant(String name) {
        return name.trim().toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
