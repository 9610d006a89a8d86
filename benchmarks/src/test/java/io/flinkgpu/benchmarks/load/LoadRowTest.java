package io.flinkgpu.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.model.SignatureMismatchException;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorRow;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.junit.jupiter.api.Test;

/** Rows and what is made of the answers to them. */
class LoadRowTest {

    private static final boolean ECHOES = true;

    @Test
    void sameIdMakesTheSameRow() {
        LoadRow row = LoadRow.of(7, 16);

        assertThat(LoadRow.of(7, 16)).isEqualTo(row).hasSameHashCodeAs(row);
        assertThat(LoadRow.of(8, 16).values()).isNotEqualTo(row.values());
        assertThat(row.values()).hasSize(16);
        for (float value : row.values()) {
            assertThat(value).isBetween(0f, 1f);
        }
    }

    @Test
    void flinkKnowsItsFields() {
        assertThat(LoadRow.TYPE).isInstanceOf(PojoTypeInfo.class);
    }

    @Test
    void echoIsRightAnswer() {
        LoadRow row = new LoadRow(3, new float[] {0.1f, 0.9f, 0.5f});

        assertThat(LoadAnswer.of(row, answer(0.1f, 0.9f, 0.5f), ECHOES))
                .isEqualTo(new LoadAnswer(3, 0, 1, true));
    }

    @Test
    void anythingElseThanEchoIsWrong() {
        LoadRow row = new LoadRow(3, new float[] {0.1f, 0.9f});

        assertThat(LoadAnswer.of(row, answer(0.1f, 0.8f), ECHOES).ok()).isFalse();
        assertThat(LoadAnswer.of(row, answer(0.1f), ECHOES).ok()).isFalse();
    }

    @Test
    void answersOfOtherModelsAreNotChecked() {
        LoadRow row = new LoadRow(3, new float[] {0.1f, 0.9f});

        assertThat(LoadAnswer.of(row, answer(5, 5, 4), !ECHOES))
                .isEqualTo(new LoadAnswer(3, 0, 0, true));
    }

    @Test
    void answerThatIsNoFloatsIsTheModelsFault() {
        TensorRow texts =
                new TensorRow(TensorBatch.of("output", Tensor.ofStrings(Shape.of(1), "a")));

        assertThatThrownBy(() -> LoadAnswer.of(LoadRow.of(0, 1), texts, ECHOES))
                .isInstanceOf(SignatureMismatchException.class)
                .hasMessageStartingWith("Cannot read the answer: ");
    }

    private static TensorRow answer(float... values) {
        return new TensorRow(
                TensorBatch.of("output", Tensor.ofFloats(Shape.of(1, values.length), values)));
    }
}
