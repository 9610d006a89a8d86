package io.flinkgpu.inference.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.flink.runtime.operators.coordination.CoordinationRequest;
import org.apache.flink.runtime.operators.coordination.CoordinationResponse;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.junit.jupiter.api.Test;

class SubtaskLinesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualTimer timer = new ManualTimer();
    private final List<Object> reported = new ArrayList<>();
    private final SubtaskLines lines =
            new SubtaskLines((subtask, attempt, event) -> reported.add(event), timer);
    private boolean reachable = true;

    private record State(int version) implements OperatorEvent {}

    private record Command(String text) implements OperatorEvent {}

    @Test
    void tellsSixtyFourSubtasksOfAChangeEachSecondAndPausedOnesOfTheNewestAlone() {
        List<TestingSubtask> subtasks =
                IntStream.range(0, 64).mapToObj(index -> running(index, 0)).toList();
        List<TestingSubtask> pausing = subtasks.subList(8, 16);

        for (int second = 1; second <= 60; second++) {
            if (second == 20) {
                pausing.forEach(TestingSubtask::pause);
            }
            lines.publish(new State(second));
            assertThat(subtasks).allMatch(subtask -> subtask.undelivered() <= 1);
            pass(SECOND, subtasks);
            if (second == 40) {
                pausing.forEach(subtask -> subtask.resume(Duration.ofSeconds(20)));
                pass(Duration.ZERO, subtasks);
            }
        }
        pass(SECOND, subtasks);

        assertThat(subtasks)
                .allSatisfy(
                        subtask ->
                                assertThat(subtask.heard())
                                        .endsWith(new State(60))
                                        .doesNotHaveDuplicates());
        assertThat(subtasks.get(0).heard()).hasSize(60);
        assertThat(pausing)
                .allSatisfy(
                        subtask ->
                                assertThat(subtask.heard())
                                        .contains(new State(19), new State(41))
                                        .doesNotContain(
                                                new State(21), new State(30), new State(39)));
    }

    @Test
    void tellsASubtaskThatComesLaterTheStateAtOnce() {
        lines.publish(new State(1));

        assertThat(running(0, 0).heard()).containsExactly(new State(1));
    }

    @Test
    void tellsAnAttemptThatDoesNotRunYetTheStateAlone() {
        lines.publish(new State(1));
        TestingSubtask opening = subtask(0, 0).listen();
        lines.tellAll(new Command("before it runs"));

        assertThat(opening.heard()).containsExactly(new State(1));

        lines.connect(opening);
        lines.tellAll(new Command("while it runs"));

        assertThat(opening.heard()).containsExactly(new State(1), new Command("while it runs"));
    }

    @Test
    void repeatsWhatWasLostOnItsWay() {
        TestingSubtask subtask = running(0, 0);
        subtask.pause();
        lines.tell(0, new Command("one"));
        lines.tell(0, new Command("two"));
        lines.tell(1, new Command("for another"));

        subtask.resume(Duration.ofSeconds(20));
        pass(SECOND, List.of(subtask));

        assertThat(subtask.heard()).containsExactly(new Command("one"), new Command("two"));
    }

    @Test
    void holdsAQuestionNoLongerThanTheSubtasksPatience() {
        TestingSubtask subtask = running(0, 0);
        int answers = subtask.answers();

        pass(Duration.ofSeconds(4), List.of(subtask));

        assertThat(subtask.answers()).isEqualTo(answers + 1);
        assertThat(subtask.heard()).isEmpty();
    }

    @Test
    void takesReportsInOrderAndOnceWhenTheyAreRepeated() {
        TestingSubtask subtask = running(0, 0);
        subtask.line().sendEventToCoordinator(new Command("one"));
        // Taken, but the answer is late: the subtask repeats it.
        subtask.pause();
        subtask.resume(Duration.ofSeconds(20));
        subtask.line().sendEventToCoordinator(new Command("two"));
        pass(SECOND, List.of(subtask));
        subtask.line().sendEventToCoordinator(new Command("three"));
        pass(SECOND, List.of(subtask));

        assertThat(reported)
                .containsExactly(new Command("one"), new Command("two"), new Command("three"));
    }

    @Test
    void takesReportsThatCouldNotArriveBefore() {
        TestingSubtask subtask = running(0, 0);
        reachable = false;
        subtask.line().sendEventToCoordinator(new Command("one"));
        subtask.line().sendEventToCoordinator(new Command("two"));
        pass(Duration.ofSeconds(5), List.of(subtask));
        assertThat(reported).isEmpty();

        reachable = true;
        pass(SECOND, List.of(subtask));

        assertThat(reported).containsExactly(new Command("one"), new Command("two"));
    }

    @Test
    void takesReportsOfAnAttemptOnceItRuns() {
        TestingSubtask opening = subtask(0, 0);
        opening.line().sendEventToCoordinator(new Command("early"));
        pass(Duration.ofSeconds(7), List.of(opening));
        assertThat(reported).isEmpty();

        lines.connect(opening);
        pass(Duration.ofSeconds(2), List.of(opening));

        assertThat(reported).containsExactly(new Command("early"));
    }

    @Test
    void takesNoReportOfAnAttemptOfThePast() {
        TestingSubtask former = running(0, 0);
        lines.disconnect(0);
        TestingSubtask successor = running(0, 1);

        former.line().sendEventToCoordinator(new Command("of the past"));
        successor.line().sendEventToCoordinator(new Command("of now"));
        pass(Duration.ofSeconds(30), List.of(former, successor));

        assertThat(reported).containsExactly(new Command("of now"));
        assertThat(lines.size()).isEqualTo(1);
    }

    @Test
    void goesOnAfterAReportThatCannotBeActedUpon() {
        SubtaskLines refusing =
                new SubtaskLines(
                        (subtask, attempt, event) -> {
                            if (event.equals(new Command("bad"))) {
                                throw new IllegalArgumentException("no");
                            }
                            reported.add(event);
                        },
                        timer);
        TestingSubtask subtask =
                new TestingSubtask(0, 0, request -> refusing.answer((LineRequest) request));
        refusing.connect(subtask);

        subtask.line().sendEventToCoordinator(new Command("bad"));
        subtask.line().sendEventToCoordinator(new Command("good"));
        pass(Duration.ofSeconds(3), List.of(subtask));

        assertThat(reported).containsExactly(new Command("good"));
    }

    @Test
    void listensNoMoreWhenTheLineIsClosed() {
        TestingSubtask subtask = running(0, 0);
        subtask.line().close();

        lines.publish(new State(1));
        pass(Duration.ofSeconds(10), List.of(subtask));

        assertThat(subtask.heard()).isEmpty();
        assertThat(subtask.undelivered()).isZero();
    }

    private TestingSubtask running(int index, int attempt) {
        TestingSubtask subtask = subtask(index, attempt);
        lines.connect(subtask);
        return subtask.listen();
    }

    private TestingSubtask subtask(int index, int attempt) {
        return new TestingSubtask(index, attempt, this::answer);
    }

    private CompletableFuture<CoordinationResponse> answer(CoordinationRequest request) {
        return reachable
                ? lines.answer((LineRequest) request)
                : CompletableFuture.failedFuture(new IllegalStateException("away"));
    }

    private void pass(Duration time, List<TestingSubtask> subtasks) {
        for (long millis = 0; millis <= time.toMillis(); millis += 500) {
            Duration step = millis == 0 ? Duration.ZERO : Duration.ofMillis(500);
            timer.advance(step);
            subtasks.forEach(subtask -> subtask.advance(step));
        }
    }
}
