package io.flinkgpu.inference.health;

import java.time.Instant;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Hears of faults in its process; found with {@link java.util.ServiceLoader}.
 *
 * <p>Called by whatever thread noticed the fault, many at a time: it must return at once and may
 * not throw.
 */
@PublicEvolving
@FunctionalInterface
public interface FaultListener {

    /** Something happened at {@code time}. */
    void happened(Instant time, FaultEvent event);
}
