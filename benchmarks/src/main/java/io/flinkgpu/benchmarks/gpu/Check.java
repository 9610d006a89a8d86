package io.flinkgpu.benchmarks.gpu;

import java.util.Map;

/** One thing that must hold on a machine with a GPU. */
interface Check {

    /** What is checked, in a few words. */
    String name();

    /**
     * Looks; blocks until it is known.
     *
     * @return what was seen, for people and the report
     * @throws Exception if it does not hold, saying what was seen in its place
     */
    Map<String, Object> run(GpuMachine machine) throws Exception;

    /**
     * Fails with a message.
     *
     * @throws CheckFailedException unless {@code holds}
     */
    static void require(boolean holds, String otherwise) throws CheckFailedException {
        if (!holds) {
            throw new CheckFailedException(otherwise);
        }
    }
}
