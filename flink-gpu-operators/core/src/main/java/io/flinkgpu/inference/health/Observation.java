package io.flinkgpu.inference.health;

import io.flinkgpu.inference.fault.ErrorClass;
import java.time.Duration;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * A run on a device of this process, or a call of a replica elsewhere, that has ended.
 *
 * @param level DEVICE or REPLICA
 * @param subject the device's UUID, or the replica's {@code host:port}
 * @param rows that took part, at least 1
 * @param time it took
 * @param failedOf the class of its failure; null: it succeeded
 */
@PublicEvolving
public record Observation(
        Level level, String subject, int rows, Duration time, @Nullable ErrorClass failedOf) {

    /** The class of its failure; empty if it succeeded. */
    public Optional<ErrorClass> failure() {
        return Optional.ofNullable(failedOf);
    }
}
