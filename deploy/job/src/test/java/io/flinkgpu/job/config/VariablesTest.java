package io.flinkgpu.job.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class VariablesTest {

    private final Variables variables = new Variables(Map.of("HOME", "/home/a", "EMPTY", ""));

    @Test
    void putsVariablesIntoText() {
        assertThat(variables.apply("${HOME}/data/${HOME}")).isEqualTo("/home/a/data//home/a");
    }

    @Test
    void takesTheDefaultOfVariablesThatAreMissingOrEmpty() {
        assertThat(variables.apply("${NONE:-a:b}${EMPTY:-c}${HOME:-d}")).isEqualTo("a:bc/home/a");
    }

    @Test
    void anEmptyVariableWithoutDefaultIsEmpty() {
        assertThat(variables.apply("[${EMPTY}]")).isEqualTo("[]");
    }

    @Test
    void twoDollarsStandForOne() {
        assertThat(variables.apply("$${HOME} costs $5")).isEqualTo("${HOME} costs $5");
    }

    @Test
    void leavesSecretsAlone() {
        assertThat(variables.apply("${secret:KEY}")).isEqualTo("${secret:KEY}");
    }

    @Test
    void refusesVariablesThatAreMissing() {
        assertThatThrownBy(() -> variables.apply("${NONE}/x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid variable ${NONE}: the environment has no such variable. Set it, or write ${NONE:-default}.");
    }

    @Test
    void refusesWhatIsNoName() {
        assertThatThrownBy(() -> variables.apply("${a b}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Write ${NAME} or ${NAME:-default}");
    }
}
