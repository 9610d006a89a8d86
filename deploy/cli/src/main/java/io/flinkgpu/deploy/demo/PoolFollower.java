package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.deploy.observe.ReplicaWatch;
import java.util.Optional;
import javax.annotation.Nullable;

/** Follows the pool's part of a separated run. Not thread-safe. */
final class PoolFollower implements AutoCloseable {

    private final ReplicaWatch replicas;
    @Nullable private final KillAtHalf killing;

    /** With {@code killing} null, everything is left alive. */
    PoolFollower(ReplicaWatch replicas, @Nullable KillAtHalf killing) {
        this.replicas = replicas;
        this.killing = killing;
    }

    /** Looks at the replicas, and kills one if it is time to; one phrase for the progress line. */
    String progressed(Progress progress) throws InterruptedException {
        replicas.update();
        if (killing != null) {
            killing.progressed(progress);
        }
        return replicas.describe();
    }

    PoolReport report() throws InterruptedException {
        replicas.update();
        return new PoolReport(
                replicas.uses(), Optional.ofNullable(killing).flatMap(KillAtHalf::kill));
    }

    @Override
    public void close() {
        replicas.close();
    }
}
