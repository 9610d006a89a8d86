package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.process.DaemonThreads;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkersTest {

    private final AtomicReference<Throwable> uncaught = new AtomicReference<>();
    private final Workers workers =
            new Workers(
                    2,
                    work -> {
                        Thread thread = DaemonThreads.named("worker").newThread(work);
                        thread.setUncaughtExceptionHandler((dead, cause) -> uncaught.set(cause));
                        return thread;
                    });

    @AfterEach
    void stop() {
        workers.shutdownNow();
    }

    @Test
    void goesOnWithTheNextWorkOnTheSameThreadAfterwards() throws Exception {
        List<String> steps = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> next = new CompletableFuture<>();

        workers.execute(
                () -> {
                    workers.executeNext(
                            () -> {
                                steps.add("next");
                                next.complete(Thread.currentThread());
                            });
                    steps.add("first");
                    first.complete(Thread.currentThread());
                });

        assertThat(get(next)).isSameAs(get(first));
        assertThat(steps).containsExactly("first", "next");
    }

    @Test
    void handsFurtherWorkToOtherWorkers() throws Exception {
        CountDownLatch bothRun = new CountDownLatch(2);
        Runnable meetsTheOther =
                () -> {
                    bothRun.countDown();
                    awaitZero(bothRun);
                };

        workers.execute(
                () -> {
                    workers.executeNext(meetsTheOther);
                    workers.executeNext(meetsTheOther);
                });

        assertThat(bothRun.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void handsOverWhatAThreadOfSomebodyElseAsksFor() throws Exception {
        CompletableFuture<Thread> ran = new CompletableFuture<>();

        workers.executeNext(() -> ran.complete(Thread.currentThread()));

        assertThat(get(ran)).isNotSameAs(Thread.currentThread());
    }

    @Test
    void goesOnWithTheNextWorkAfterAFailure() throws Exception {
        CompletableFuture<Void> ran = new CompletableFuture<>();

        workers.execute(
                () -> {
                    workers.executeNext(() -> ran.complete(null));
                    throw new IllegalStateException("a fault");
                });

        assertThat(get(ran)).isNull();
        await().until(() -> uncaught.get() != null);
        assertThat(uncaught.get()).hasMessage("a fault");
    }

    @Test
    void letsOthersHaveATurnHoweverOftenItGoesOn() throws Exception {
        CompletableFuture<Void> othersTurn = new CompletableFuture<>();

        workers.execute(() -> goOnUntil(othersTurn));
        workers.execute(() -> goOnUntil(othersTurn));
        workers.execute(() -> othersTurn.complete(null));

        assertThat(get(othersTurn)).isNull();
    }

    private void goOnUntil(CompletableFuture<Void> end) {
        if (!end.isDone()) {
            workers.executeNext(() -> goOnUntil(end));
        }
    }

    private static void awaitZero(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }
}
