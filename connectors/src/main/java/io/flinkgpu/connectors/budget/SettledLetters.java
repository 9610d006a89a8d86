package io.flinkgpu.connectors.budget;

/**
 * How many dead letters there were a while ago.
 *
 * <p>Rows and dead letters are counted in different places, which tell of them at different times.
 * The rows of letters that have been known for so long have been told, too, so that a share of them
 * is not taken for larger than it is. One thread.
 */
final class SettledLetters {

    /** Ten times as long as a count waits to be told. */
    private static final long SETTLING_MILLIS = 1_000;

    private long settled;
    private long latest;
    private long latestMillis;

    /** None yet. */
    SettledLetters(long nowMillis) {
        this.latestMillis = nowMillis;
    }

    /** Those of one to two seconds ago, if there have been so many since. */
    long of(long letters, long nowMillis) {
        if (nowMillis - latestMillis >= SETTLING_MILLIS) {
            settled = latest;
            latest = letters;
            latestMillis = nowMillis;
        }
        return settled;
    }
}
