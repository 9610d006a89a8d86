package io.flinkgpu.inference.pool.routing;

/** Draws numbers from a request's key, the same ones from equal keys. */
final class RoutingHash {

    // SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final long FIRST_FACTOR = 0xBF58476D1CE4E5B9L;
    private static final long SECOND_FACTOR = 0x94D049BB133111EBL;
    private static final double UNIT = 0x1.0p-53;

    private RoutingHash() {}

    /** An index below {@code bound}. */
    static int index(long key, int draw, int bound) {
        return (int) (((hash(key, draw) >>> Integer.SIZE) * bound) >>> Integer.SIZE);
    }

    /** A number in {@code [0, 1)}. */
    static double unit(long key, int draw) {
        return (hash(key, draw) >>> 11) * UNIT;
    }

    private static long hash(long key, int draw) {
        long mixed = key + (draw + 1) * GOLDEN_GAMMA;
        mixed = (mixed ^ (mixed >>> 30)) * FIRST_FACTOR;
        mixed = (mixed ^ (mixed >>> 27)) * SECOND_FACTOR;
        return mixed ^ (mixed >>> 31);
    }
}
