package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Two subtasks lease half of a device each, share one copy of the model on it, and the copy may
 * take half of its memory.
 */
final class HalfDevicesCheck implements Check {

    private static final int SIDE = 8;
    private static final int BATCH_SIZE = 32;
    private static final long IMAGES = 2_000;
    private static final int SUBTASKS = 2;
    private static final double SHARE = 0.5;

    @Override
    public String name() {
        return "two subtasks with half a device each";
    }

    @Override
    public Map<String, Object> run(GpuMachine machine) throws Exception {
        TorchJob.Result result =
                new TorchJob(machine.model("Share").ref(), SIDE, BATCH_SIZE)
                        .on(GpuMachine.profile(SHARE), SUBTASKS)
                        .run(IMAGES, machine.scratch());

        Check.require(
                result.labels().size() == IMAGES,
                "%d of %d rows were answered: %s"
                        .formatted(result.labels().size(), IMAGES, result.failed()));
        // The class of each image is the percentage of the device that the worker may take.
        Check.require(
                result.labels().values().stream().allMatch(percent -> percent.equals("50")),
                "The workers were told shares of %s percent."
                        .formatted(result.labels().values().stream().distinct().toList()));
        Check.require(
                DeviceLeaseTable.ofProcess().leases().isEmpty(),
                "Leases are left: " + DeviceLeaseTable.ofProcess().leases() + ".");
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("rows", IMAGES);
        seen.put("percentOfTheDevice", 50);
        return seen;
    }
}
