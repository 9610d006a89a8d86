package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.cluster.ProfileFit;
import io.flinkgpu.deploy.rest.VertexInfo;
import io.flinkgpu.deploy.run.JobRun;
import io.flinkgpu.examples.DigitsJob;
import io.flinkgpu.resources.StageProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells which stages of the demo's job wait for slots, with the profile that each asks for. */
final class SlotWait {

    private final DemoConfig config;

    SlotWait(DemoConfig config) {
        this.config = config;
    }

    /** What waits for what, and what is free; empty if all stages have their slots. */
    Optional<String> describe(JobRun job) {
        Map<StageProfile, List<VertexInfo>> waiting = new LinkedHashMap<>();
        for (VertexInfo vertex : job.vertices()) {
            if (vertex.waiting() > 0) {
                waiting.computeIfAbsent(profileOf(vertex), profile -> new ArrayList<>())
                        .add(vertex);
            }
        }
        return waiting.isEmpty()
                ? Optional.empty()
                : Optional.of(ProfileFit.describeWait(waiting, job.flink().taskManagers()));
    }

    /** The model has a profile of its own; everything else shares one. */
    private StageProfile profileOf(VertexInfo vertex) {
        List<StageProfile> stages = config.placedStages();
        return stages.get(vertex.name().startsWith(DigitsJob.CLASSIFY) ? 1 : 0);
    }
}
