package io.flinkgpu.inference.pool.routing;

/**
 * Why and until when a replica gets nothing.
 *
 * @param losses in a row; above 0, the replica gets one request at a time after its rest, until it
 *     answers
 * @param untilNanos on the router's clock
 * @param askedFor whether the replica asked for the rest itself, so that an answer does not end it
 */
record Rest(int losses, long untilNanos, boolean askedFor) {

    /** A replica that gets what it can take. */
    static final Rest NONE = new Rest(0, 0, false);

    boolean lasts(long now) {
        return !isNone() && now - untilNanos < 0;
    }

    boolean allowsOnlyAProbe() {
        return losses > 0;
    }

    Rest lostUntil(long until) {
        return new Rest(losses + 1, later(until), askedFor);
    }

    Rest askedForUntil(long until) {
        return new Rest(losses, later(until), true);
    }

    Rest answered() {
        return askedFor ? new Rest(0, untilNanos, true) : NONE;
    }

    private boolean isNone() {
        return losses == 0 && !askedFor;
    }

    private long later(long until) {
        return isNone() || until - untilNanos > 0 ? until : untilNanos;
    }
}
