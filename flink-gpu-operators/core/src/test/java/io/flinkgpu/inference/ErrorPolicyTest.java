package io.flinkgpu.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.fault.ErrorClass;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorPolicyTest {

    @Test
    void whatConcernsEveryRowFailsWhateverIsAskedFor() {
        ErrorPolicy policy = ErrorPolicy.always(ErrorAction.DEAD_LETTER);

        assertThat(policy.actionFor(ErrorClass.DATA)).isEqualTo(ErrorAction.DEAD_LETTER);
        assertThat(policy.actionFor(ErrorClass.FATAL_DEVICE)).isEqualTo(ErrorAction.FAIL);
        assertThat(policy.actionFor(ErrorClass.MODEL_LOAD)).isEqualTo(ErrorAction.FAIL);
    }

    @Test
    void readsClassesOverTheCommonAction() {
        ErrorPolicy policy =
                ErrorPolicy.parse(
                        ErrorAction.FAIL,
                        Map.of("data", "dead-letter", "out-of-memory", "DEFAULT_VALUE"));

        assertThat(policy.actionFor(ErrorClass.DATA)).isEqualTo(ErrorAction.DEAD_LETTER);
        assertThat(policy.actionFor(ErrorClass.OUT_OF_MEMORY)).isEqualTo(ErrorAction.DEFAULT_VALUE);
        assertThat(policy.actionFor(ErrorClass.TIMEOUT)).isEqualTo(ErrorAction.FAIL);
        assertThat(policy.uses(ErrorAction.DEFAULT_VALUE)).isTrue();
    }

    @Test
    void actionsOfAProgramGoBeforeThoseOfTheSettings() {
        ErrorPolicy policy =
                ErrorPolicy.parse(
                                ErrorAction.FAIL,
                                Map.of("data", "dead-letter", "timeout", "dead-letter"))
                        .with(Map.of(ErrorClass.DATA, ErrorAction.DEFAULT_VALUE));

        assertThat(policy.actionFor(ErrorClass.DATA)).isEqualTo(ErrorAction.DEFAULT_VALUE);
        assertThat(policy.actionFor(ErrorClass.TIMEOUT)).isEqualTo(ErrorAction.DEAD_LETTER);
    }

    @Test
    void refusesAnotherActionForWhatConcernsEveryRow() {
        assertThatThrownBy(
                        () ->
                                new ErrorPolicy(
                                        Map.of(ErrorClass.MODEL_LOAD, ErrorAction.DEAD_LETTER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid action for errors of class MODEL_LOAD: DEAD_LETTER. They concern every row: only FAIL is possible.");
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThatThrownBy(() -> ErrorPolicy.parse(ErrorAction.FAIL, Map.of("dta", "DEAD_LETTER")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid inference.on-error-by-class: 'dta:DEAD_LETTER'.");
    }
}
