package io.flinkgpu.inference.reuse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnswerTagsTest {

    @Test
    void fillsOneWayAfterTheOtherAndThenTheOldest() {
        AnswerTags tags = AnswerTags.none(3);
        for (int number = 0; number < 3; number++) {
            assertThat(tags.replaces(tag(number))).isFalse();
            tags = tags.with(tag(number));
            assertThat(tags.find(tag(number))).isEqualTo(number);
        }

        assertThat(tags.replaces(tag(3))).isTrue();
        assertThat(tags.wayFor(tag(3))).isZero();
        tags = tags.with(tag(3)).with(tag(4));

        assertThat(tags.find(tag(0))).isEqualTo(-1);
        assertThat(tags.find(tag(1))).isEqualTo(-1);
        assertThat(tags.find(tag(2))).isEqualTo(2);
        assertThat(tags.find(tag(3))).isZero();
        assertThat(tags.find(tag(4))).isEqualTo(1);
    }

    @Test
    void keepsTheWayOfATagThatIsThere() {
        AnswerTags tags = AnswerTags.none(2).with(tag(0)).with(tag(1));

        assertThat(tags.wayFor(tag(1))).isEqualTo(1);
        assertThat(tags.replaces(tag(1))).isFalse();
        assertThat(tags.with(tag(1))).isSameAs(tags);
    }

    @Test
    void doesNotChangeTheArrayThatItCameFrom() {
        long[] before = AnswerTags.none(1).with(tag(0)).toArray();
        long[] copy = before.clone();

        AnswerTags unused = AnswerTags.of(before, 1).with(tag(1));

        assertThat(before).containsExactly(copy);
    }

    @Test
    void goesOnWithOtherNumbersOfWays() {
        long[] four = AnswerTags.none(4).with(tag(0)).with(tag(1)).with(tag(2)).toArray();

        AnswerTags fewer = AnswerTags.of(four, 2);
        assertThat(fewer.find(tag(1))).isEqualTo(1);
        assertThat(fewer.find(tag(2))).isEqualTo(-1);
        assertThat(fewer.wayFor(tag(9))).isBetween(0, 1);
        AnswerTags more = AnswerTags.of(four, 8);
        assertThat(more.wayFor(tag(9))).isEqualTo(3);
    }

    private static ContentHash tag(int number) {
        return new ContentHash(number, -number);
    }
}
