package io.flinkgpu.benchmarks.gpu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A fused job with a convolutional network of PyTorch on the device: as right as on the processor,
 * and how fast, how busy the device is, and how long checkpoints take meanwhile.
 */
final class InferenceCheck implements Check {

    private static final int SIDE = 224;
    private static final int BATCH_SIZE = 64;
    private static final long COMPARED = 512;

    /** Classes lie close together where weights are random: rounding decides between a few. */
    private static final double LEAST_EQUAL = 0.99;

    private final long images;

    /**
     * A check with so many images, a whole number of batches.
     *
     * @param images at least {@value #COMPARED}
     */
    InferenceCheck(long images) {
        this.images = images;
    }

    @Override
    public String name() {
        return "a fused job with a PyTorch CNN";
    }

    @Override
    public Map<String, Object> run(GpuMachine machine) throws Exception {
        TorchJob.Result onDevice;
        List<Integer> busy;
        try (Utilisation utilisation = Utilisation.of(machine.device())) {
            onDevice =
                    new TorchJob(machine.model("Cnn").ref(), SIDE, BATCH_SIZE)
                            .on(GpuMachine.profile(1), 1)
                            .run(images, machine.scratch());
            busy = utilisation.sorted();
        }
        Check.require(
                onDevice.labels().size() == images,
                "%d of %d rows were answered: %s"
                        .formatted(onDevice.labels().size(), images, onDevice.failed()));
        TorchJob.Result onProcessor =
                new TorchJob(machine.model("Cnn").ref(), SIDE, BATCH_SIZE)
                        .run(COMPARED, machine.scratch());
        double equal = equalShare(onDevice, onProcessor);
        Check.require(
                equal >= LEAST_EQUAL,
                "Only %.1f %% of the classes are those of the processor.".formatted(100 * equal));

        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("rows", images);
        seen.put("rowsPerSecondWithStart", Math.round(onDevice.rowsPerSecond()));
        seen.put("percentEqualToProcessor", 100 * equal);
        seen.put("checkpoints", onDevice.checkpointMillis().size());
        seen.put("checkpointMillis", ofMiddleAndEnd(onDevice.checkpointMillis()));
        if (!busy.isEmpty()) {
            seen.put("utilisationPercent", ofMiddleAndEnd(busy));
        }
        return seen;
    }

    private static double equalShare(TorchJob.Result device, TorchJob.Result processor) {
        long equal =
                processor.labels().entrySet().stream()
                        .filter(row -> row.getValue().equals(device.labels().get(row.getKey())))
                        .count();
        return (double) equal / COMPARED;
    }

    private static <T> Map<String, Object> ofMiddleAndEnd(List<T> sorted) {
        return sorted.isEmpty()
                ? Map.of()
                : Map.of(
                        "median", sorted.get(sorted.size() / 2),
                        "max", sorted.get(sorted.size() - 1));
    }
}
