package io.flinkgpu.connectors.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.flinkgpu.connectors.decode.DecodeBudget;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ResamplerPropertiesTest {

    private final DecodeBudget budget = DecodeBudget.ofThread(Duration.ofMinutes(1));

    @Property(tries = 100)
    void hasAsManyFramesAsTheTimeNeeds(
            @ForAll("rates") int from,
            @ForAll("rates") int to,
            @ForAll @IntRange(min = 1, max = 5000) int frames)
            throws Exception {
        float[] resampled = new Resampler(from, to).resample(new float[frames], 1, budget);

        assertThat(resampled).hasSize((int) Math.ceil((double) frames * to / from));
    }

    /**
     * A tone below both limits of Nyquist keeps its power, and one above the new limit loses it.
     */
    @Property(tries = 60)
    void keepsTheEnergyOfWhatTheRateCanHold(
            @ForAll("rates") int from,
            @ForAll("rates") int to,
            @ForAll @IntRange(min = 5, max = 80) int percent)
            throws Exception {
        double limit = Math.min(from, to) / 2.0;
        float[] tone = tone(from, limit * percent / 100);

        float[] resampled = new Resampler(from, to).resample(tone, 1, budget);

        assertThat(power(resampled)).isEqualTo(power(tone), within(0.02 * power(tone)));
    }

    @Property(tries = 60)
    void leavesNoAliases(
            @ForAll("rates") int from,
            @ForAll("rates") int to,
            @ForAll @IntRange(min = 25, max = 95) int percent)
            throws Exception {
        double beyond = to / 2.0 + (from - to) / 2.0 * percent / 100;
        if (beyond < to / 2.0 * 1.25) {
            return;
        }
        float[] tone = tone(from, beyond);

        float[] resampled = new Resampler(from, to).resample(tone, 1, budget);

        assertThat(power(resampled)).isLessThan(1e-4 * power(tone));
    }

    @Provide
    Arbitrary<Integer> rates() {
        return Arbitraries.of(List.of(8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000));
    }

    /** Half a second, faded in and out so that its ends are no event. */
    private static float[] tone(int rate, double hertz) {
        float[] tone = new float[rate / 2];
        for (int i = 0; i < tone.length; i++) {
            double fade = Math.sin(Math.PI * i / tone.length);
            tone[i] = (float) (0.9 * fade * Math.sin(2 * Math.PI * hertz * i / rate));
        }
        return tone;
    }

    private static double power(float[] samples) {
        double sum = 0;
        for (float sample : samples) {
            sum += (double) sample * sample;
        }
        return sum / samples.length;
    }
}
