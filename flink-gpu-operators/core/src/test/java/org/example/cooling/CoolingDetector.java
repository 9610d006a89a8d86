package org.example.cooling;

import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Suspicion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Suspects the node once a file is there that the rack's controller writes. */
final class CoolingDetector implements FailureDetector {

    private final Path alarm;
    private boolean told;

    CoolingDetector(Path alarm) {
        this.alarm = alarm;
    }

    @Override
    public List<Suspicion> check() {
        if (told || !Files.exists(alarm)) {
            return List.of();
        }
        told = true;
        return List.of(Suspicion.ofLeavingNode("the cooling of the rack fails"));
    }
}
