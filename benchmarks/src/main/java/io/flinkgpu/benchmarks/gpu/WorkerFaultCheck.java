package io.flinkgpu.benchmarks.gpu;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * One row that breaks what runs it becomes a dead letter of the right class; the other rows are
 * answered, and nobody blocks the device for what the row did.
 */
final class WorkerFaultCheck implements Check {

    private static final int SIDE = 8;
    private static final int BATCH_SIZE = 16;
    private static final long IMAGES = 64;

    /** Which row breaks it; the Python class is told how its image begins. */
    private static final long BAD_ROW = 21;

    private static final int BYTES_THAT_TELL = 16;

    private final String name;
    private final String pythonClass;
    private final ErrorClass expected;

    /**
     * A check.
     *
     * @param name what the row does
     * @param pythonClass that does it
     * @param expected class of the dead letter
     */
    WorkerFaultCheck(String name, String pythonClass, ErrorClass expected) {
        this.name = name;
        this.pythonClass = pythonClass;
        this.expected = expected;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Object> run(GpuMachine machine) throws Exception {
        TorchJob.Result result =
                new TorchJob(
                                machine.model(pythonClass).argument("bad_image", beginning()).ref(),
                                SIDE,
                                BATCH_SIZE)
                        .on(GpuMachine.profile(1), 1)
                        .run(IMAGES, machine.scratch());

        Check.require(
                result.failed().keySet().equals(Set.of(BAD_ROW)),
                "Given up were %s, and not row %d alone.".formatted(result.failed(), BAD_ROW));
        String cause = result.failed().get(BAD_ROW);
        Check.require(
                cause.startsWith(expected + ": "),
                "The row was given up as '%s' and not as %s.".formatted(cause, expected));
        Check.require(
                result.labels().size() == IMAGES - 1,
                "%d of %d good rows were answered.".formatted(result.labels().size(), IMAGES - 1));
        Check.require(
                DeviceLeaseTable.ofProcess().blocks().isEmpty(),
                "Blocked: " + DeviceLeaseTable.ofProcess().blocks() + ".");
        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("deadLetter", cause.lines().findFirst().orElse(""));
        seen.put("answered", result.labels().size());
        seen.put("blockedDevices", 0);
        return seen;
    }

    private static String beginning() {
        return HexFormat.of().formatHex(TorchJob.image(BAD_ROW, SIDE), 0, BYTES_THAT_TELL);
    }
}
