package io.flinkgpu.inference.reuse;

import java.util.Arrays;

/**
 * Which answers the ways of a bucket hold, and which way is filled next. Immutable.
 *
 * <p>As an array: the next way, and for each way that is filled both halves of its tag. Ways are
 * filled one after the other, so the oldest answer is the one that goes.
 */
final class AnswerTags {

    private static final int HEAD = 1;
    private static final int PER_WAY = 2;

    private final long[] tags;
    private final int ways;

    private AnswerTags(long[] tags, int ways) {
        this.tags = tags;
        this.ways = ways;
    }

    /** Those of a bucket that nothing was put into. */
    static AnswerTags none(int ways) {
        return new AnswerTags(new long[HEAD], ways);
    }

    /**
     * Those that an array stands for.
     *
     * @param tags nobody changes it
     * @param ways at least 1; a bucket that was written with more ways drops those
     */
    static AnswerTags of(long[] tags, int ways) {
        int most = HEAD + PER_WAY * ways;
        return new AnswerTags(tags.length > most ? Arrays.copyOf(tags, most) : tags, ways);
    }

    /** Nobody may change it. */
    long[] toArray() {
        return tags;
    }

    /** The way that holds the answer of this tag; -1: none. */
    int find(ContentHash tag) {
        for (int way = 0; way < filled(); way++) {
            int at = HEAD + PER_WAY * way;
            if (tags[at] == tag.high() && tags[at + 1] == tag.low()) {
                return way;
            }
        }
        return -1;
    }

    /** The way that an answer of this tag goes to. */
    int wayFor(ContentHash tag) {
        int way = find(tag);
        return way >= 0 ? way : next();
    }

    /** Whether an answer of this tag takes the place of another one's. */
    boolean replaces(ContentHash tag) {
        return find(tag) < 0 && next() < filled();
    }

    /** These with an answer of this tag in {@link #wayFor its way}. */
    AnswerTags with(ContentHash tag) {
        if (find(tag) >= 0) {
            return this;
        }
        int way = next();
        int at = HEAD + PER_WAY * way;
        long[] more = Arrays.copyOf(tags, Math.max(tags.length, at + PER_WAY));
        more[0] = (way + 1L) % ways;
        more[at] = tag.high();
        more[at + 1] = tag.low();
        return new AnswerTags(more, ways);
    }

    private int filled() {
        return (tags.length - HEAD) / PER_WAY;
    }

    /** Also where the ways were other ones when it was written. */
    private int next() {
        return filled() < ways ? filled() : (int) (tags[0] % ways);
    }
}
