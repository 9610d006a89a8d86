package io.flinkgpu.inference.pool.routing;

/**
 * Why and until when a replica gets nothing.
 *
 * @param losses in a row; above 0, the replica gets one request at a time after its rest, until it
 *     answers
 * @param untilNanos on the router's clock
 * @param kind what an answer means meanwhile
 */
record Rest(int losses, long untilNanos, Kind kind) {

    /** Why a replica rests. */
    enum Kind {
        /** It was lost, so that an answer ends the rest. */
        LOST,
        /** It asked for the rest itself, so that an answer does not end it. */
        ASKED_FOR,
        /** It was ejected: answers of what it has do not end that, and a probe follows. */
        EJECTED
    }

    /** A replica that gets what it can take. */
    static final Rest NONE = new Rest(0, 0, Kind.LOST);

    boolean lasts(long now) {
        return !isNone() && now - untilNanos < 0;
    }

    boolean allowsOnlyAProbe() {
        return losses > 0;
    }

    Rest lostUntil(long until) {
        return new Rest(losses + 1, later(until), kind);
    }

    Rest askedForUntil(long until) {
        return new Rest(losses, later(until), kind == Kind.EJECTED ? Kind.EJECTED : Kind.ASKED_FOR);
    }

    Rest ejectedUntil(long until) {
        return new Rest(Math.max(1, losses), later(until), Kind.EJECTED);
    }

    Rest answered(long now) {
        return switch (kind) {
            case LOST -> NONE;
            case ASKED_FOR -> new Rest(0, untilNanos, Kind.ASKED_FOR);
            case EJECTED -> lasts(now) ? this : NONE;
        };
    }

    private boolean isNone() {
        return losses == 0 && kind == Kind.LOST;
    }

    private long later(long until) {
        return isNone() || until - untilNanos > 0 ? until : untilNanos;
    }
}
