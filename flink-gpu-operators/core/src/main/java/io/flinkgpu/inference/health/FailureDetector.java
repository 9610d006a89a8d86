package io.flinkgpu.inference.health;

import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Looks for devices, replicas and nodes that ought not to be used.
 *
 * <p>A process has one detector of each {@link FailureDetectorFactory}. It is told what happens in
 * the process ({@link #observed}) and asked from time to time what it makes of it ({@link #check}),
 * always by one thread at a time. It only suspects: the escalation policy decides what is blocked,
 * and for how long.
 */
@PublicEvolving
public interface FailureDetector extends AutoCloseable {

    /** A run or a call has ended; told shortly before the next {@link #check}, in order. */
    default void observed(Observation observation) {}

    /**
     * What ought not to be used any more, as seen since the last look; may block for a moment, as
     * for a command's output.
     *
     * @throws RuntimeException if it cannot look; that is logged, and it is asked again next time
     */
    List<Suspicion> check();

    /** Gives back what it holds; does not throw. */
    @Override
    default void close() {}
}
