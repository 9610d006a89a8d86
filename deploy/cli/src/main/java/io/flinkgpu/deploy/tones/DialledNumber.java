package io.flinkgpu.deploy.tones;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * A recording of somebody who dials: each key for 120 ms, silence of 80 ms before it and behind the
 * last one, noise and mains hum all along.
 *
 * @param keys of {@link KeyTones#KEYS}
 * @param format of the WAV file: 16 bits, or mu-law as on a telephone line
 * @param seed of phases and noise
 */
record DialledNumber(String keys, AudioFormat format, long seed) {

    private static final double KEY_SECONDS = 0.12;
    private static final double PAUSE_SECONDS = 0.08;
    private static final double TONE_AMPLITUDE = 0.3;
    private static final double NOISE = 0.01;
    private static final double HUM_AMPLITUDE = 0.02;
    private static final double HUM_HERTZ = 50;

    /** Writes the recording as a WAV file. */
    void write(Path file) throws IOException {
        AudioFormat linear =
                new AudioFormat(format.getSampleRate(), 16, format.getChannels(), true, false);
        byte[] data = data(linear);
        AudioInputStream samples =
                new AudioInputStream(
                        new ByteArrayInputStream(data),
                        linear,
                        data.length / linear.getFrameSize());
        AudioInputStream stored =
                format.getEncoding().equals(Encoding.ULAW)
                        ? AudioSystem.getAudioInputStream(Encoding.ULAW, samples)
                        : samples;
        AudioSystem.write(stored, AudioFileFormat.Type.WAVE, file.toFile());
    }

    private byte[] data(AudioFormat linear) {
        double rate = linear.getSampleRate();
        double period = KEY_SECONDS + PAUSE_SECONDS;
        int frames = (int) Math.round((keys.length() * period + PAUSE_SECONDS) * rate);
        Random random = new Random(seed);
        double phase = random.nextDouble() * 2 * Math.PI;
        ByteBuffer data =
                ByteBuffer.allocate(frames * linear.getFrameSize()).order(ByteOrder.LITTLE_ENDIAN);
        for (int frame = 0; frame < frames; frame++) {
            double time = frame / rate;
            double signal =
                    tones(time, phase)
                            + HUM_AMPLITUDE * Math.sin(2 * Math.PI * HUM_HERTZ * time)
                            + NOISE * random.nextGaussian();
            for (int channel = 0; channel < linear.getChannels(); channel++) {
                data.putShort((short) Math.round(signal * Short.MAX_VALUE));
            }
        }
        return data.array();
    }

    /** The two tones of the key that is held at this time; 0 in a pause. */
    private double tones(double time, double phase) {
        double period = KEY_SECONDS + PAUSE_SECONDS;
        int place = (int) (time / period);
        if (place >= keys.length() || time - place * period < PAUSE_SECONDS) {
            return 0;
        }
        int key = KeyTones.KEYS.indexOf(keys.charAt(place));
        double turns = 2 * Math.PI * time;
        return TONE_AMPLITUDE
                * (Math.sin(turns * KeyTones.rowOf(key) + phase)
                        + Math.sin(turns * KeyTones.columnOf(key)));
    }
}
