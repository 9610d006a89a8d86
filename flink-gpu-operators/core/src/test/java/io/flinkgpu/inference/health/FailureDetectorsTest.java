package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.fault.ErrorClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.annotation.Nullable;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.testutils.logging.LoggerAuditingExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

class FailureDetectorsTest {

    @RegisterExtension
    final LoggerAuditingExtension warnings =
            new LoggerAuditingExtension(FailureDetectors.class, org.slf4j.event.Level.WARN);

    private final List<Suspicion> suspicions = new ArrayList<>();

    @Test
    void findsTheBuiltInOnes() {
        Configuration options = withNoticeFile();

        assertThat(started(FailureDetectors.find(options), options).names())
                .contains("preemption-notice");
    }

    @Test
    void leavesDisabledOnesOut() {
        Configuration options =
                withNoticeFile().set(DetectorOptions.DISABLED, List.of("preemption-notice"));

        assertThat(started(FailureDetectors.find(options), options).names())
                .doesNotContain("preemption-notice");
    }

    @Test
    void asksTheOthersThoughOneFails() {
        FailureDetectors detectors =
                of(
                        factory(
                                "a-broken-one",
                                () -> {
                                    throw new IllegalStateException("no such command");
                                }),
                        factory("b", () -> List.of(Suspicion.ofLeavingNode("taken back"))));

        detectors.check();

        assertThat(suspicions).hasSize(1);
    }

    @Test
    @Timeout(20)
    void nobodyWaitsForADetectorThatLooks() throws Exception {
        CountDownLatch looking = new CountDownLatch(1);
        CountDownLatch observed = new CountDownLatch(1);
        FailureDetectors detectors =
                of(
                        factory(
                                "slow",
                                () -> {
                                    looking.countDown();
                                    await(observed);
                                    return List.of(Suspicion.ofNode("it went on"));
                                }));

        Thread thread = new Thread(detectors::check);
        thread.start();
        await(looking);
        observe(detectors, "gpu-0", 1, null);
        observed.countDown();
        thread.join();

        assertThat(suspicions).as("what it found while it was told").hasSize(1);
    }

    @Test
    void asksADetectorAgainAfterAnError() {
        AtomicInteger looks = new AtomicInteger();
        FailureDetectors detectors =
                of(
                        factory(
                                "half-installed",
                                () -> {
                                    looks.incrementAndGet();
                                    throw new NoClassDefFoundError("com/example/Missing");
                                }));

        detectors.check();
        detectors.check();

        assertThat(looks).hasValue(2);
    }

    @Test
    void saysOnceThatADetectorCannotLookUntilItCan() {
        AtomicInteger status = new AtomicInteger(401);
        FailureDetectors detectors =
                of(
                        factory(
                                "notices",
                                () -> {
                                    if (status.get() == 200) {
                                        return List.of();
                                    }
                                    throw new IllegalStateException("status " + status);
                                }));

        for (int answer : List.of(401, 401, 401, 200, 401, 401)) {
            status.set(answer);
            detectors.check();
        }

        assertThat(warnings.getMessages())
                .hasSize(2)
                .allMatch(message -> message.startsWith("Detector notices could not look"));
    }

    @Test
    void tellsTheOtherListenersThoughOneFails() {
        FailureDetectors detectors = new FailureDetectors();
        FaultEvents.Registration unused =
                detectors.listen(
                        suspicion -> {
                            throw new IllegalStateException("the job master is away");
                        });
        FaultEvents.Registration unusedToo = detectors.listen(suspicions::add);
        detectors.start(
                List.of(factory("a", () -> List.of(Suspicion.ofNode("too hot")))),
                context(new Configuration()));

        detectors.check();
        detectors.check();

        assertThat(suspicions).hasSize(2);
    }

    private static Configuration withNoticeFile() {
        return new Configuration()
                .set(DetectorOptions.PREEMPTION_NOTICE_FILE, "/nonexistent/notice");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException end) {
            throw new IllegalStateException(end);
        }
    }

    private FailureDetectors of(FailureDetectorFactory... factories) {
        return started(List.of(factories), new Configuration());
    }

    private FailureDetectors started(
            List<FailureDetectorFactory> factories, Configuration options) {
        FailureDetectors detectors = new FailureDetectors();
        FaultEvents.Registration unused = detectors.listen(suspicions::add);
        detectors.start(factories, context(options));
        return detectors;
    }

    private static DetectorContext context(Configuration options) {
        return new DetectorContext(options, List::of, System::nanoTime);
    }

    private static FailureDetectorFactory factory(String name, FailureDetector detector) {
        return new FailureDetectorFactory() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<FailureDetector> create(DetectorContext context) {
                return Optional.of(detector);
            }
        };
    }

    private static void observe(
            FailureDetectors detectors, String device, int times, @Nullable ErrorClass failure) {
        for (int i = 0; i < times; i++) {
            detectors.observed(
                    new Observation(Level.DEVICE, device, 1, Duration.ofMillis(1), failure));
        }
    }
}
