package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailureTextTest {

    @Test
    void isTheMessageAlone() {
        assertThat(FailureText.MESSAGE.of(failure(10))).isEqualTo("bad shape");
        assertThat(FailureText.MESSAGE.of(new IllegalStateException())).isEqualTo("null");
    }

    @Test
    void hasTheTopOfTheStackAndOfThatOfEachCause() {
        assertThat(new FailureText(2).of(failure(10)))
                .isEqualTo(
                        """
                        bad shape
                            at Model.m0(Model.java:1)
                            at Model.m1(Model.java:2)
                        Caused by: java.lang.ArithmeticException: by zero
                            at Model.m0(Model.java:1)
                            at Model.m1(Model.java:2)"""
                                .stripIndent());
        assertThat(new FailureText(20).of(failure(1)).lines()).hasSize(4);
    }

    @Test
    void isBounded() {
        Throwable deep = failure(10);
        for (int i = 0; i < 1_000; i++) {
            deep = new IllegalStateException("level " + i, deep);
        }

        assertThat(new FailureText(1_000).of(deep))
                .startsWith("level 999\n    at ")
                .hasSizeLessThanOrEqualTo("level 999".length() + FailureText.MAX_STACK_LENGTH);
    }

    private static Throwable failure(int frames) {
        Throwable cause = new ArithmeticException("by zero");
        Throwable failure = new IllegalArgumentException("bad shape", cause);
        StackTraceElement[] stack = new StackTraceElement[frames];
        for (int i = 0; i < frames; i++) {
            stack[i] = new StackTraceElement("Model", "m" + i, "Model.java", i + 1);
        }
        cause.setStackTrace(stack);
        failure.setStackTrace(stack);
        return failure;
    }
}
