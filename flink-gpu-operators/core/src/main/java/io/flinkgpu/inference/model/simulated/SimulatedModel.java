package io.flinkgpu.inference.model.simulated;

import io.flinkgpu.inference.model.ModelLoadException;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.MemorySize;

/**
 * Describes a simulated model: an echo that takes time.
 *
 * <p>One input {@code input} and one output {@code output} of the same rows; a run takes {@code
 * base + perRow * rows} without using the processor.
 *
 * @param name tells simulated models apart; models of one name and description share a copy
 * @param rowShape shape of a row without the batch axis
 * @param load how long loading takes
 * @param base how long a run takes beside its rows
 * @param perRow how long each row takes
 * @param memory what the model occupies on its device
 * @param failsToLoad whether loading fails
 * @param failingRuns which runs of a loaded copy fail, counted from 1; a model whose rows have a
 *     fixed shape runs to warm up first, and those runs count
 */
@PublicEvolving
public record SimulatedModel(
        String name,
        DataType dataType,
        Shape rowShape,
        Duration load,
        Duration base,
        Duration perRow,
        MemorySize memory,
        boolean failsToLoad,
        Set<Integer> failingRuns) {

    static final String RUNTIME = "simulated";

    private static final Set<String> OPTIONS = named("any").ref().options().keySet();

    /** A model of flat float rows of any length that answers at once. */
    public static SimulatedModel named(String name) {
        return new SimulatedModel(
                name,
                DataType.FLOAT32,
                Shape.of(Shape.UNKNOWN),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                MemorySize.ZERO,
                false,
                Set.of());
    }

    /** This model with the given service time. */
    public SimulatedModel taking(Duration newBase, Duration newPerRow) {
        return new SimulatedModel(
                name,
                dataType,
                rowShape,
                load,
                newBase,
                newPerRow,
                memory,
                failsToLoad,
                failingRuns);
    }

    /** This model with the given load time and memory. */
    public SimulatedModel loading(Duration newLoad, MemorySize newMemory) {
        return new SimulatedModel(
                name,
                dataType,
                rowShape,
                newLoad,
                base,
                perRow,
                newMemory,
                failsToLoad,
                failingRuns);
    }

    /** This model with rows of another type and shape. */
    public SimulatedModel ofRows(DataType newDataType, Shape newRowShape) {
        return new SimulatedModel(
                name,
                newDataType,
                newRowShape,
                load,
                base,
                perRow,
                memory,
                failsToLoad,
                failingRuns);
    }

    /**
     * This model with the given runs failing, counted from 1 in each loaded copy, warm-up first.
     */
    public SimulatedModel failingRuns(Integer... runs) {
        return new SimulatedModel(
                name,
                dataType,
                rowShape,
                load,
                base,
                perRow,
                memory,
                failsToLoad,
                new HashSet<>(Arrays.asList(runs)));
    }

    /** This model, never to be loaded. */
    public SimulatedModel failingToLoad() {
        return new SimulatedModel(
                name, dataType, rowShape, load, base, perRow, memory, true, failingRuns);
    }

    /** The reference that the {@code simulated} runtime loads this description from. */
    public ModelRef ref() {
        Map<String, String> options = new TreeMap<>();
        options.put("data-type", dataType.name());
        options.put("row-shape", joined(Arrays.stream(rowShape.toArray()).boxed().toList()));
        options.put("load", load.toString());
        options.put("base", base.toString());
        options.put("per-row", perRow.toString());
        options.put("memory", memory.getBytes() + " bytes");
        options.put("fails-to-load", Boolean.toString(failsToLoad));
        options.put("failing-runs", joined(failingRuns.stream().sorted().toList()));
        return new ModelRef(RUNTIME, name, ModelRef.DEFAULT_SIGNATURE, options);
    }

    /**
     * Reads a description back.
     *
     * @throws ModelLoadException if {@code ref} describes no simulated model
     */
    static SimulatedModel from(ModelRef ref) throws ModelLoadException {
        if (!ref.options().keySet().equals(OPTIONS)) {
            throw new ModelLoadException(
                    "Cannot load simulated model '%s': its options are %s. They must be %s: use SimulatedModel.ref()."
                            .formatted(ref.location(), ref.options().keySet(), OPTIONS));
        }
        if (!ref.signature().equals(ModelRef.DEFAULT_SIGNATURE)) {
            throw new ModelLoadException(
                    "Cannot load simulated model '%s': it has no signature '%s'. It has [%s]."
                            .formatted(
                                    ref.location(), ref.signature(), ModelRef.DEFAULT_SIGNATURE));
        }
        try {
            return parsed(ref.location(), ref.options());
        } catch (IllegalArgumentException | DateTimeParseException invalid) {
            throw new ModelLoadException(
                    "Cannot load simulated model '%s': it is described by %s. Use SimulatedModel.ref()."
                            .formatted(ref.location(), ref.options()),
                    invalid);
        }
    }

    private static SimulatedModel parsed(String name, Map<String, String> options) {
        return new SimulatedModel(
                name,
                DataType.valueOf(options.get("data-type")),
                Shape.of(numbers(options.get("row-shape")).stream().mapToLong(n -> n).toArray()),
                Duration.parse(options.get("load")),
                Duration.parse(options.get("base")),
                Duration.parse(options.get("per-row")),
                MemorySize.parse(options.get("memory")),
                Boolean.parseBoolean(options.get("fails-to-load")),
                numbers(options.get("failing-runs")).stream()
                        .map(Long::intValue)
                        .collect(Collectors.toSet()));
    }

    private static String joined(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    private static List<Long> numbers(String joined) {
        List<Long> numbers = new ArrayList<>();
        for (String part : joined.split(",", -1)) {
            if (!part.isEmpty()) {
                numbers.add(Long.valueOf(part));
            }
        }
        return numbers;
    }
}
