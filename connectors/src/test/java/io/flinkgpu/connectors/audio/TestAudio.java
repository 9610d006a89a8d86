package io.flinkgpu.connectors.audio;

import io.flinkgpu.connectors.file.FileContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.jtransforms.fft.DoubleFFT_1D;

/** Recordings of the folder {@code audio}, those that the JDK writes, and what is heard in them. */
public final class TestAudio {

    private TestAudio() {}

    static byte[] resource(String name) {
        try (InputStream in = TestAudio.class.getResourceAsStream("/audio/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static FileContent file(String name) {
        return FileContent.of("file:/" + name, resource(name));
    }

    public static float[] expected(String name) {
        byte[] bytes = resource(name);
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    /** A WAV file of the JDK's. */
    static byte[] wav(AudioFormat format, byte[] data) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        AudioInputStream samples =
                new AudioInputStream(
                        new ByteArrayInputStream(data),
                        format,
                        data.length / format.getFrameSize());
        AudioSystem.write(samples, AudioFileFormat.Type.WAVE, file);
        return file.toByteArray();
    }

    /** A WAV file of 16 bits with one channel. */
    static byte[] wav(int rate, float... samples) throws IOException {
        ByteBuffer data =
                ByteBuffer.allocate(samples.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            data.putShort((short) Math.round(sample * 32767));
        }
        return wav(new AudioFormat(rate, 16, 1, true, false), data.array());
    }

    static byte[] prefix(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    static float[] channel(DecodedAudio audio, int channel) {
        float[] samples = new float[audio.frames()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = audio.samples()[i * audio.channels() + channel];
        }
        return samples;
    }

    /** The frequency with the most power, in Hz, as near as the length allows. */
    static double loudestFrequency(float[] samples, int rate) {
        double[] spectrum = new double[samples.length];
        for (int i = 0; i < samples.length; i++) {
            spectrum[i] = samples[i];
        }
        new DoubleFFT_1D(samples.length).realForward(spectrum);
        int loudest = 1;
        double most = 0;
        for (int k = 1; k < samples.length / 2; k++) {
            double power = Math.hypot(spectrum[2 * k], spectrum[2 * k + 1]);
            if (power > most) {
                most = power;
                loudest = k;
            }
        }
        return (double) loudest * rate / samples.length;
    }
}
