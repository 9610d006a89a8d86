package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PoolWatchTest {

    private static final PoolAddress POOL = new PoolAddress("test", "here", "p", 1);

    private final List<Membership> heard = new CopyOnWriteArrayList<>();

    @Test
    void goesOnAfterAnAnswerThatCannotBeHad() {
        Membership complete = new Membership(POOL, 1, true, List.of());
        TestingSource source =
                new TestingSource(
                        List.of(
                                () -> {
                                    throw new IllegalStateException("a bug of the discovery");
                                },
                                () -> {
                                    throw new IOException("the registry restarts");
                                },
                                () -> complete));

        try (PoolWatch watch =
                new PoolWatch(
                        source,
                        new MemberRetention(
                                Membership.unknown(POOL), Duration.ZERO, System::nanoTime),
                        Duration.ofMillis(1),
                        heard::add,
                        Thread::new)) {
            watch.start();

            await().untilAsserted(() -> assertThat(heard).containsExactly(complete));
        }
    }

    @FunctionalInterface
    private interface Answer {

        Membership get() throws IOException;
    }

    /** Gives its answers one after the other, and then none. */
    private static final class TestingSource implements MembershipSource {

        private final Queue<Answer> answers;

        private TestingSource(List<Answer> answers) {
            this.answers = new ArrayDeque<>(answers);
        }

        @Override
        public Membership next(Membership known) throws IOException, InterruptedException {
            Answer answer = answers.poll();
            if (answer == null) {
                new CountDownLatch(1).await();
            }
            return answer.get();
        }

        @Override
        public void close() {}
    }
}
