package io.flinkgpu.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RowThreadTest {

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final RowThread thread = new RowThread("rows of a test", failures::add);

    @AfterEach
    void closeThread() {
        thread.close(() -> {});
    }

    @Test
    void runsActionsInTheirOrder() {
        List<Integer> ran = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            assertThat(thread.execute(() -> ran.add(number), "add")).isTrue();
        }
        thread.start();

        await().until(() -> ran.size() == 50);
        assertThat(ran).containsExactlyElementsOf(IntStream.range(0, 50).boxed().toList());
    }

    @Test
    void firesTimersInTheOrderOfTheirTimes() throws Exception {
        List<String> fired = new ArrayList<>();
        CountDownLatch last = new CountDownLatch(1);
        thread.start();
        thread.execute(
                () -> {
                    thread.after(20, last::countDown);
                    thread.after(10, () -> fired.add("late"));
                    thread.after(1, () -> fired.add("early"));
                    thread.after(Long.MAX_VALUE, () -> fired.add("never"));
                },
                "set timers");

        last.await();

        assertThat(fired).containsExactly("early", "late");
    }

    @Test
    void goesOnAfterAFailureAndTellsOfIt() throws Exception {
        CompletableFuture<String> next = new CompletableFuture<>();
        thread.start();
        thread.execute(
                () -> {
                    throw new IllegalStateException("broken");
                },
                "fail");
        thread.execute(() -> next.complete("ran"), "go on");

        assertThat(next.get(10, TimeUnit.SECONDS)).isEqualTo("ran");
        assertThat(failures).singleElement().asString().contains("broken");
    }

    @Test
    void closeRunsItsActionFirstThenTheRestAndTakesNothingMore() throws Exception {
        List<String> ran = new CopyOnWriteArrayList<>();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        thread.start();
        thread.execute(
                () -> {
                    busy.countDown();
                    closing.await();
                },
                "hold up");
        busy.await();
        thread.execute(() -> ran.add("before"), "before");
        CompletableFuture<Void> closed =
                CompletableFuture.runAsync(() -> thread.close(() -> ran.add("last")));
        await().until(() -> !thread.execute(() -> {}, "try"));
        closing.countDown();

        closed.join();

        assertThat(ran).containsExactly("last", "before");
        assertThat(thread.execute(() -> ran.add("after"), "after")).isFalse();
    }

    @Test
    void closeOfTheThreadItselfDoesNotWait() {
        List<String> ran = new CopyOnWriteArrayList<>();
        thread.start();
        thread.execute(() -> thread.close(() -> ran.add("last")), "close");

        await().until(() -> ran.contains("last"));
        thread.close(() -> ran.add("second"));

        assertThat(ran).containsExactly("last");
    }

    @Test
    void closeInterruptsWhatDoesNotEnd() {
        CompletableFuture<String> interrupted = new CompletableFuture<>();
        thread.start();
        thread.execute(
                () -> {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException end) {
                        interrupted.complete("interrupted");
                    }
                },
                "wait for ever");

        thread.close(() -> {});

        assertThat(interrupted).isCompletedWithValue("interrupted");
    }

    @Test
    void closeCleansUpInAnInterruptedTaskAndKeepsTheInterrupt() {
        List<String> ran = new CopyOnWriteArrayList<>();
        thread.start();
        Thread.currentThread().interrupt();

        thread.close(() -> ran.add("last"));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(ran).containsExactly("last");
    }
}
