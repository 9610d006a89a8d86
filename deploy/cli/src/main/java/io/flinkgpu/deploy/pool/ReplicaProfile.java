package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.rest.TaskManagerInfo;
import io.flinkgpu.resources.StageProfile;
import io.flinkgpu.resources.StageProfiles;
import java.nio.file.Path;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.flink.configuration.MemorySize;

/** What a replica takes of its task manager. */
final class ReplicaProfile {

    /** The profile of a file of several unless another is named. */
    private static final String DEFAULT_STAGE = "inference";

    private ReplicaProfile() {}

    /**
     * Reads {@code FILE[#STAGE]}. Without a stage it is the file's only profile, or {@value
     * #DEFAULT_STAGE}.
     *
     * @throws IllegalArgumentException if the file has problems or no such profile, or no task
     *     manager can hold it
     */
    static StageProfile read(String text, List<TaskManagerInfo> taskManagers) {
        int hash = text.lastIndexOf('#');
        StageProfiles all =
                StageProfiles.fromYaml(Path.of(hash < 0 ? text : text.substring(0, hash)));
        StageProfile profile = hash < 0 ? only(all) : all.get(text.substring(hash + 1));
        if (!taskManagers.isEmpty()) {
            ProfileFit.check(List.of(profile), taskManagers);
        }
        return profile;
    }

    /**
     * One device; or the processor where there are task managers and none of them has a device.
     *
     * @return null for the processor
     */
    @Nullable
    static StageProfile byDefault(List<TaskManagerInfo> taskManagers) {
        boolean anyDevice = taskManagers.stream().anyMatch(manager -> manager.total().gpus() > 0);
        return anyDevice || taskManagers.isEmpty()
                ? StageProfile.named("replica")
                        .cpuCores(1)
                        .taskHeap(MemorySize.ofMebiBytes(256))
                        .gpus(1)
                        .build()
                : null;
    }

    private static StageProfile only(StageProfiles all) {
        return all.names().size() == 1 ? all.all().iterator().next() : all.get(DEFAULT_STAGE);
    }
}
