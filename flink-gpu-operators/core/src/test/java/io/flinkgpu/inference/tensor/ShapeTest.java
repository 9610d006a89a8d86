package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class ShapeTest {

    @Test
    void countsElements() {
        assertThat(Shape.of(2, 3, 4).elements()).isEqualTo(24);
        assertThat(Shape.of(2, 0, 4).elements()).isZero();
        assertThat(Shape.scalar().elements()).isEqualTo(1);
    }

    @Test
    void cannotCountElementsOfAnOpenShape() {
        assertThatThrownBy(() -> Shape.of(Shape.UNKNOWN, 3).elements())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot count elements of shape [-1, 3]: an axis is open.");
        assertThatThrownBy(() -> Shape.ofUnknownRank().elements())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot count elements of shape [...]: an axis is open.");
    }

    @Test
    void refusesAnElementCountBeyondLong() {
        assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40).elements())
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void refusesNegativeLengths() {
        assertThatThrownBy(() -> Shape.of(4, -2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid shape: [4, -2]. An axis is at least 0, or -1 where its length is"
                                + " open.");
        assertThatThrownBy(() -> Shape.of(4).withLeadingAxis(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Invalid shape: [-3, 4].");
    }

    @Test
    void addsAndRemovesTheBatchAxis() {
        Shape row = Shape.of(28, 28);

        Shape batch = row.withLeadingAxis(5);

        assertThat(batch).isEqualTo(Shape.of(5, 28, 28));
        assertThat(batch.withoutLeadingAxis()).isEqualTo(row);
        assertThat(Shape.of(5).withoutLeadingAxis()).isEqualTo(Shape.scalar());
    }

    @Test
    void aScalarHasNoRows() {
        assertThatThrownBy(() -> Shape.scalar().withoutLeadingAxis())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot take a row of a scalar: it has no batch axis.");
    }

    @Test
    void acceptsWhatAgreesWhereItIsFixed() {
        Shape shape = Shape.of(Shape.UNKNOWN, 3);

        assertThat(shape.accepts(Shape.of(1, 3))).isTrue();
        assertThat(shape.accepts(Shape.of(0, 3))).isTrue();
        assertThat(shape.accepts(Shape.of(1, 4))).isFalse();
        assertThat(shape.accepts(Shape.of(3))).isFalse();
        assertThat(shape.accepts(Shape.of(1, 3, 1))).isFalse();
    }

    @Test
    void unknownRankAcceptsEverything() {
        Shape shape = Shape.ofUnknownRank();

        assertThat(shape.accepts(Shape.scalar())).isTrue();
        assertThat(shape.accepts(Shape.of(1, 2, 3))).isTrue();
        assertThat(shape.isKnown()).isFalse();
        assertThat(shape).isNotEqualTo(Shape.scalar()).hasToString("[...]");
        assertThatThrownBy(shape::rank)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot count axes of shape [...]: it is open.");
    }

    @Test
    void isKnownIfEveryAxisIs() {
        assertThat(Shape.of(1, 2).isKnown()).isTrue();
        assertThat(Shape.scalar().isKnown()).isTrue();
        assertThat(Shape.of(Shape.UNKNOWN, 2).isKnown()).isFalse();
    }

    @Test
    void keepsItsLengthsFromChanges() {
        long[] lengths = {2, 3};
        Shape shape = Shape.of(lengths);

        lengths[0] = 9;
        shape.toArray()[1] = 9;

        assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    }

    @Test
    void survivesSerialisation() throws Exception {
        assertThat(InstantiationUtil.clone(Shape.of(-1, 4))).isEqualTo(Shape.of(-1, 4));
        assertThat(InstantiationUtil.clone(Shape.ofUnknownRank())).isEqualTo(Shape.ofUnknownRank());
    }
}
