package io.flinkgpu.deploy.embedded;

import io.flinkgpu.deploy.rest.TaskManagerResources;
import io.flinkgpu.resources.StageProfile;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.ExternalResourceOptions;
import org.apache.flink.configuration.MemorySize;

/**
 * The size of an embedded Flink that several jobs share.
 *
 * <p>A job without profiles takes one share of all, and of what is left a job with profiles takes
 * what these ask for.
 *
 * @param parallelism subtasks of each stage
 * @param devices how many there are
 */
record SharedSize(int parallelism, int devices) {

    /** How many jobs without profiles there is room for. */
    private static final int JOBS = 4;

    private static final MemorySize MOST_HEAP = MemorySize.ofMebiBytes(256);
    private static final MemorySize MOST_OFF_HEAP = MemorySize.ofMebiBytes(512);
    private static final MemorySize MANAGED = MemorySize.ofMebiBytes(16);

    /** One stage for each job, as large as this process allows. */
    List<StageProfile> stages() {
        TaskManagerResources limits = EmbeddedSize.limitsOfProcess(devices);
        return Collections.nCopies(
                JOBS,
                StageProfile.named("job")
                        .cpuCores(1)
                        .taskHeap(share(limits.taskHeap(), MOST_HEAP))
                        .taskOffHeap(share(limits.taskOffHeap(), MOST_OFF_HEAP))
                        .managed(MANAGED)
                        .build());
    }

    /**
     * Flink counts a part of the devices to each slot that asks for none; so it is told of more,
     * and all that there are stay for those who ask.
     */
    Map<String, String> options() {
        int told = (devices * JOBS + JOBS - 2) / (JOBS - 1);
        return Map.of(
                ExternalResourceOptions.getAmountConfigOptionForResource(StageProfile.GPU_RESOURCE),
                Integer.toString(told));
    }

    private MemorySize share(MemorySize limit, MemorySize most) {
        long bytes = limit.getBytes() / 2 / JOBS / parallelism;
        return new MemorySize(Math.min(bytes, most.getBytes()));
    }
}
