package io.flinkgpu.deploy.demo;

import io.flinkgpu.deploy.observe.Progress;
import io.flinkgpu.deploy.observe.ReplicaWatch;
import java.util.Optional;
import javax.annotation.Nullable;

/** Follows the pool's part of a separated run. Not thread-safe. */
final class PoolFollower implements AutoCloseable {

    private final ReplicaWatch replicas;
    @Nullable private final Chaos chaos;

    /** With {@code chaos} null, everything is left alive. */
    PoolFollower(ReplicaWatch replicas, @Nullable Chaos chaos) {
        this.replicas = replicas;
        this.chaos = chaos;
    }

    /** Looks at the replicas, and kills one if it is time to; one phrase for the progress line. */
    String progressed(Progress progress) throws InterruptedException {
        replicas.update();
        if (chaos != null) {
            chaos.progressed(progress);
        }
        return replicas.describe();
    }

    PoolReport report() throws InterruptedException {
        replicas.update();
        return new PoolReport(replicas.uses(), Optional.ofNullable(chaos).flatMap(Chaos::kill));
    }

    @Override
    public void close() {
        replicas.close();
    }
}
