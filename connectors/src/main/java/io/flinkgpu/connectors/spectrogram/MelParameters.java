package io.flinkgpu.connectors.spectrogram;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The parameters of a {@link LogMelSpectrogram}, named as librosa's {@code feature.melspectrogram}
 * and {@code power_to_db} name them.
 *
 * @param sampleRate {@code sr}: of the recordings, in Hz
 * @param nFft {@code n_fft}: samples of a frame, and of its window; within 2 and {@link #MAX_N_FFT}
 * @param hopLength {@code hop_length}: samples from frame to frame, at least 1
 * @param nMels {@code n_mels}: mel bands, at least 1
 * @param fMin the lowest frequency in Hz, at least 0
 * @param fMax the highest frequency in Hz, above {@code fMin}, at most half the rate
 * @param topDb {@code top_db}: values further below the loudest are raised to that, in dB; positive
 */
@PublicEvolving
public record MelParameters(
        int sampleRate, int nFft, int hopLength, int nMels, double fMin, double fMax, double topDb)
        implements Serializable {

    /** JTransforms computes longer transforms on threads of its own. */
    public static final int MAX_N_FFT = 4096;

    private static final double DEFAULT_TOP_DB = 80;

    /**
     * Checks the parameters.
     *
     * @throws IllegalArgumentException if one is outside of its bounds
     */
    public MelParameters {
        require(sampleRate >= 1, "sampleRate", sampleRate, "at least 1");
        require(nFft >= 2 && nFft <= MAX_N_FFT, "nFft", nFft, "within 2 and " + MAX_N_FFT);
        require(hopLength >= 1, "hopLength", hopLength, "at least 1");
        require(nMels >= 1, "nMels", nMels, "at least 1");
        require(fMin >= 0, "fMin", fMin, "at least 0");
        require(
                fMax > fMin && fMax <= sampleRate / 2.0,
                "fMax",
                fMax,
                "above fMin and at most half of sampleRate");
        require(topDb > 0, "topDb", topDb, "positive");
    }

    /** All frequencies, 80 dB. */
    public static MelParameters of(int sampleRate, int nFft, int hopLength, int nMels) {
        return new MelParameters(
                sampleRate, nFft, hopLength, nMels, 0, sampleRate / 2.0, DEFAULT_TOP_DB);
    }

    private static void require(boolean isValid, String name, Object value, String bounds) {
        if (!isValid) {
            throw new IllegalArgumentException(
                    "Invalid %s: %s. It must be %s.".formatted(name, value, bounds));
        }
    }
}
