package io.flinkgpu.connectors.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.connectors.decode.DecodeBudget;
import io.flinkgpu.connectors.file.FileContent;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodeBudgetTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final long LONG_NANOS = Duration.ofSeconds(100).toNanos();

    private final AtomicLong wall = new AtomicLong();
    private final AtomicLong cpu = new AtomicLong();

    @Test
    void isSpentByTheProcessorTimeOfOneImage() {
        DecodeBudget budget = new DecodeBudget(LIMIT, wall::get, cpu::get);
        wall.set(LONG_NANOS);
        cpu.set(LONG_NANOS);

        budget.start();

        assertThat(budget.isSpent()).isFalse();
        wall.addAndGet(LIMIT.toNanos() + 1);
        cpu.addAndGet(LIMIT.toNanos() + 1);
        assertThat(budget.isSpent()).isTrue();
    }

    @Test
    void isNotSpentByAPausedProcess() {
        DecodeBudget budget = new DecodeBudget(LIMIT, wall::get, cpu::get);
        budget.start();

        wall.addAndGet(LONG_NANOS);
        cpu.addAndGet(LIMIT.toNanos());

        assertThat(budget.isSpent()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jpeg", "png", "gif", "bmp", "tiff"})
    void endsAReadThatTakesTooLong(String format) throws Exception {
        byte[] content =
                TestImages.encode(TestImages.picture(400, 400, BufferedImage.TYPE_INT_RGB), format);

        assertEnded(content);
    }

    @Test
    void endsAReadOfManyScans() throws Exception {
        byte[] jpeg = TestImages.progressiveJpeg(400, 400);

        assertEnded(TestImages.withScans(jpeg, 80, 400, 400));
    }

    @Test
    void endsAReadOfAWebp() throws Exception {
        assertEnded(TestImages.resource("large.webp"));
    }

    /** Each look at a clock lets a fifth of the time pass. */
    private void assertEnded(byte[] content) throws BadImageException {
        long step = LIMIT.toNanos() / 5;
        DecodeBudget budget =
                new DecodeBudget(LIMIT, () -> wall.addAndGet(step), () -> cpu.addAndGet(step));
        ImageDecoding decoding = ImageDecoding.of(28, 28, 1).withMaxTime(LIMIT);
        try (ImageDecoder decoder = new ImageDecoder(decoding, budget);
                ImageDecoder unbounded = new ImageDecoder(decoding)) {
            FileContent file = FileContent.of("file:/a", content);

            assertThatThrownBy(() -> decoder.decode(file))
                    .isInstanceOf(BadImageException.class)
                    .hasMessage(
                            "Cannot decode 'file:/a': decoding it takes more than PT1S of processor"
                                    + " time (maxTime)");
            assertThat(wall.get()).isLessThan(LONG_NANOS);
            assertThat(unbounded.decode(file).pixels()).hasSize(28 * 28);
        }
    }
}
