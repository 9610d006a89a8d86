package io.flinkgpu.connectors.spectrogram;

import io.flinkgpu.connectors.audio.DecodedAudio;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.Serializable;
import java.util.Objects;
import javax.annotation.Nullable;
import org.apache.flink.annotation.PublicEvolving;
import org.jtransforms.fft.DoubleFFT_1D;

/**
 * Computes the power in mel bands over time, in dB, as librosa does by default: {@code
 * power_to_db(melspectrogram(y=..., sr=..., n_fft=..., hop_length=..., n_mels=...))}.
 *
 * <p>Frames are centred and the signal has zeros before and after it, the window is a periodic Hann
 * window, the mel scale and the norm of the filters are Slaney's, the least power is 1e-10 and 0 dB
 * is a power of 1.
 *
 * <p>Serializable, so that encoders may hold one. Not thread-safe: keeps buffers.
 */
@PublicEvolving
public final class LogMelSpectrogram implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final double LEAST_POWER = 1e-10;

    private final MelParameters parameters;
    @Nullable private transient Plan plan;

    public LogMelSpectrogram(MelParameters parameters) {
        this.parameters = Objects.requireNonNull(parameters, "parameters");
    }

    /** How many frames a recording of so many samples has. */
    public int frames(int samples) {
        int oddLength = parameters.nFft() % 2; // half of which, rounded down, is before the first
        return 1 + Math.max(0, samples - oddLength) / parameters.hopLength();
    }

    /**
     * The spectrogram of a recording.
     *
     * @return shape {@code [mel, frame]}, dtype {@code float32}, in dB
     * @throws IllegalArgumentException if the recording has several channels or another rate
     */
    public Tensor of(DecodedAudio audio) {
        if (audio.channels() != 1 || audio.sampleRate() != parameters.sampleRate()) {
            throw new IllegalArgumentException(
                    "Invalid audio: %d channels at %d Hz. It must be one channel at %d Hz; decode it so (AudioDecoding.mono)."
                            .formatted(
                                    audio.channels(), audio.sampleRate(), parameters.sampleRate()));
        }
        float[] values = compute(audio.samples());
        return Tensor.ofFloats(Shape.of(parameters.nMels(), frames(audio.frames())), values);
    }

    /**
     * The spectrogram of one channel.
     *
     * @return row-major {@code [mel, frame]}, in dB
     */
    public float[] compute(float[] samples) {
        if (plan == null) {
            plan = new Plan(parameters);
        }
        int frames = frames(samples.length);
        float[] decibels = new float[Math.multiplyExact(parameters.nMels(), frames)];
        float loudest = Float.NEGATIVE_INFINITY;
        for (int frame = 0; frame < frames; frame++) {
            double[] bands = plan.powers(samples, frame * parameters.hopLength());
            for (int mel = 0; mel < bands.length; mel++) {
                float value = (float) (10 * Math.log10(Math.max(LEAST_POWER, bands[mel])));
                decibels[mel * frames + frame] = value;
                loudest = Math.max(loudest, value);
            }
        }
        float floor = (float) (loudest - parameters.topDb());
        for (int i = 0; i < decibels.length; i++) {
            decibels[i] = Math.max(decibels[i], floor);
        }
        return decibels;
    }

    /** What is the same for all recordings, and the buffers of one frame. */
    private static final class Plan {

        private final int nFft;
        private final double[] window;
        private final double[] frame;
        private final double[] power;
        private final double[] bands;
        private final DoubleFFT_1D transform;
        private final MelFilters filters;

        Plan(MelParameters parameters) {
            nFft = parameters.nFft();
            window = new double[nFft];
            for (int i = 0; i < nFft; i++) {
                window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / nFft);
            }
            frame = new double[nFft];
            power = new double[nFft / 2 + 1];
            bands = new double[parameters.nMels()];
            transform = new DoubleFFT_1D(nFft);
            filters = new MelFilters(parameters);
        }

        /** The bands of the frame around a sample; valid until the next call. */
        double[] powers(float[] samples, int middle) {
            int start = middle - nFft / 2;
            for (int i = 0; i < nFft; i++) {
                int at = start + i;
                frame[i] = at < 0 || at >= samples.length ? 0 : samples[at] * window[i];
            }
            transform.realForward(frame);
            unpack();
            filters.apply(power, bands);
            return bands;
        }

        /**
         * JTransforms packs the spectrum of real values: re[0], re[n/2] or im, re[1], im[1], ...
         */
        private void unpack() {
            power[0] = frame[0] * frame[0];
            for (int k = 1; k < (nFft + 1) / 2; k++) {
                double re = frame[2 * k];
                boolean isLastOfOdd = nFft % 2 == 1 && k == nFft / 2;
                double im = isLastOfOdd ? frame[1] : frame[2 * k + 1];
                power[k] = re * re + im * im;
            }
            if (nFft % 2 == 0) {
                power[nFft / 2] = frame[1] * frame[1];
            }
        }
    }
}
