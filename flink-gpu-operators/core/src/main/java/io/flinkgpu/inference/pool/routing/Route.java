package io.flinkgpu.inference.pool.routing;

import io.flinkgpu.inference.pool.Replica;
import org.apache.flink.annotation.Internal;

/**
 * A batch's place on a replica, from the choice of the replica to the end of the attempt.
 *
 * <p>Exactly one of the methods below ends it and gives the place back; later ones do nothing. Safe
 * for use by many threads.
 */
@Internal
public interface Route {

    /** Where the request goes. */
    Replica replica();

    /** Further rows go with the batch; to be called before the route ends. */
    void add(int rows);

    /** The replica answered. */
    void succeeded(long roundTripNanos);

    /**
     * The replica could not be reached or was lost: it gets nothing for a while, longer each time.
     */
    void lost();

    /** Nothing was asked of the replica: the place is given back as it was. */
    default void unused() {
        refused(0);
    }

    /**
     * The attempt is over without an answer, and without the replica to blame.
     *
     * @param pushbackMillis how long the replica asks not to be asked; 0: not at all
     */
    void refused(long pushbackMillis);
}
