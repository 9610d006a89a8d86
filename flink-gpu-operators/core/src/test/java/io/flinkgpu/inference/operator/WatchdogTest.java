package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.InferenceException;
import io.flinkgpu.inference.InferenceOptions;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.health.FaultEvent;
import io.flinkgpu.inference.health.FaultEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator does that gets no answers. */
class WatchdogTest {

    private static final long TIMEOUT_MILLIS = 1_000;

    private final List<String> measures = new ArrayList<>();

    @Test
    void warnsThenAsksAgainThenFails() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.process(7);

            pass(operator, TIMEOUT_MILLIS);
            assertThat(measures).containsExactly("WARN");
            assertThat(operator.client().callCount()).isEqualTo(1);

            pass(operator, TIMEOUT_MILLIS);
            assertThat(measures).containsExactly("WARN", "ABANDON");
            assertThat(operator.client().moves()).isEqualTo(1);
            assertThat(operator.client().batches()).containsExactly(List.of(7), List.of(7));

            assertThatThrownBy(() -> pass(operator, TIMEOUT_MILLIS))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("has had no answer for 1 rows since PT3S")
                    .hasMessageContaining("inference.watchdog.timeout");
        }
    }

    @Test
    void theSecondCallOfAStalledBatchAnswersItsRowsOnce() throws Exception {
        try (InferenceHarness operator = open()) {
            operator.client().becomeReady();
            operator.process(7);
            pass(operator, 2 * TIMEOUT_MILLIS);
            operator.answer(1);
            operator.answer(0);

            assertThat(operator.output()).containsExactly("7");
        }
    }

    @Test
    void onlyWarnsAgainAndAgainOfWhatTheClientWaitsFor() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.client().waitFor("a replica that is ready");
            operator.process(7);
            pass(operator, 4 * TIMEOUT_MILLIS);

            assertThat(measures).containsOnly("WARN").hasSizeGreaterThan(1);
            assertThat(operator.client().callCount()).isEqualTo(1);
        }
    }

    @Test
    void startsAnewWithEachAnswer() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.process(1, 2);
            pass(operator, TIMEOUT_MILLIS - 250);
            operator.answer(0);
            pass(operator, TIMEOUT_MILLIS - 250);

            assertThat(measures).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(OutputMode.class)
    void seesCallThatNeverEndsAlthoughOthersDo(OutputMode mode) throws Exception {
        try (InferenceHarness operator = builder().mode(mode).open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.processAt(1, 1);
            operator.watermark(1);
            for (int row = 2; row < 10; row++) {
                operator.process(row);
                operator.answer(row - 1);
                operator.advanceMillis(TIMEOUT_MILLIS / 4);
            }
            assertThat(measures).containsExactly("WARN", "ABANDON");
            assertThat(operator.client().batches()).endsWith(List.of(1)).hasSize(10);

            operator.answer(9);

            assertThat(operator.outputWithWatermarks()).startsWith("1", "w1", "2").hasSize(10);
        }
    }

    @Test
    void failsWhenTheSameCallEndsNeitherHereNorElsewhere() throws Exception {
        try (InferenceHarness operator = open()) {
            operator.client().becomeReady();
            operator.process(1);

            assertThatThrownBy(
                            () -> {
                                for (int row = 2; row < 20; row++) {
                                    operator.process(row);
                                    operator.answer(operator.client().callCount() - 1);
                                    operator.advanceMillis(TIMEOUT_MILLIS / 4);
                                }
                            })
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("has had no answer for 1 rows since PT3S");
        }
    }

    @Test
    void callsThatEndInTheirTurnAreNoStallHoweverManyWait() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.process(1, 2, 3, 4, 5, 6);
            for (int call = 0; call < 6; call++) {
                pass(operator, TIMEOUT_MILLIS - 250);
                operator.answer(call);
            }

            assertThat(measures).isEmpty();
        }
    }

    @Test
    void loadingElsewhereIsNoStall() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.process(1);
            pass(operator, TIMEOUT_MILLIS / 2);
            operator.client().loadElsewhere(true);
            pass(operator, 10 * TIMEOUT_MILLIS);
            assertThat(measures).isEmpty();

            operator.client().loadElsewhere(false);
            pass(operator, TIMEOUT_MILLIS / 2);

            assertThat(measures).containsExactly("WARN");
        }
    }

    @Test
    void timeInWhichItsThreadWasHeldUpIsNoStall() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.client().becomeReady();
            operator.process(1);
            operator.advanceMillis(10 * TIMEOUT_MILLIS);

            assertThat(measures).isEmpty();
        }
    }

    @Test
    void isSilentWhileNothingWaitsOrTheModelLoads() throws Exception {
        try (InferenceHarness operator = open();
                FaultEvents.Registration unused = listen()) {
            operator.process(7);
            pass(operator, 4 * TIMEOUT_MILLIS);
            operator.client().becomeReady();
            operator.answer(0);
            pass(operator, 4 * TIMEOUT_MILLIS);

            assertThat(measures).isEmpty();
        }
    }

    private static InferenceHarness open() throws Exception {
        return builder().open();
    }

    private static InferenceHarness.Builder builder() {
        return InferenceHarness.builder()
                .batch(1)
                .capacity(100)
                .option(InferenceOptions.WATCHDOG_TIMEOUT, Duration.ofMillis(TIMEOUT_MILLIS));
    }

    private FaultEvents.Registration listen() {
        return FaultEvents.ofProcess()
                .listen(
                        (time, event) -> {
                            if (event instanceof FaultEvent.Stalled stalled) {
                                measures.add(stalled.measure());
                            }
                        });
    }

    /** In steps: a timer of the harness that is set while time moves is not moved over. */
    private static void pass(InferenceHarness operator, long millis) throws Exception {
        for (long passed = 0; passed < millis; passed += TIMEOUT_MILLIS / 4) {
            operator.advanceMillis(TIMEOUT_MILLIS / 4);
        }
    }
}
