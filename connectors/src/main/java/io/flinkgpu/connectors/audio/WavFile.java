package io.flinkgpu.connectors.audio;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;

/**
 * WAV as the JDK reads it: PCM of 8 to 32 bits, float of 32 and 64 bits, A-law and mu-law.
 *
 * <p>An integer sample of {@code n} bits is divided by {@code 2^(n-1)}.
 */
final class WavFile implements AudioFile {

    private static final int BLOCK_FRAMES = 4096;

    /** What programs write that do not know the length of a stream. */
    private static final long UNKNOWN_FRAMES_FROM_BYTES = 0x7fff_0000L;

    @Override
    public void decode(byte[] content, SampleSink sink) throws IOException, AudioRefusedException {
        try (AudioInputStream stored =
                        AudioSystem.getAudioInputStream(new ByteArrayInputStream(content));
                AudioInputStream linear = linear(stored)) {
            long frames = stored.getFrameLength();
            AudioFormat format = linear.getFormat();
            sink.begin(Math.round(format.getSampleRate()), format.getChannels());
            boolean isLengthKnown =
                    frames >= 0
                            && frames * stored.getFormat().getFrameSize()
                                    < UNKNOWN_FRAMES_FROM_BYTES;
            if (isLengthKnown) {
                sink.expect(frames);
            }
            copy(linear, sink);
            if (isLengthKnown && sink.frames() < frames) {
                throw new EOFException(
                        "it ends after %d of %d frames".formatted(sink.frames(), frames));
            }
        } catch (UnsupportedAudioFileException e) {
            throw new AudioRefusedException(
                    "it is WAV of a kind that is not read: " + e.getMessage());
        }
    }

    /** A-law and mu-law (ITU-T G.711) become 16 bits. */
    private static AudioInputStream linear(AudioInputStream stored) {
        Encoding encoding = stored.getFormat().getEncoding();
        return encoding.equals(Encoding.ALAW) || encoding.equals(Encoding.ULAW)
                ? AudioSystem.getAudioInputStream(Encoding.PCM_SIGNED, stored)
                : stored;
    }

    private static void copy(AudioInputStream in, SampleSink sink)
            throws IOException, AudioRefusedException {
        AudioFormat format = in.getFormat();
        int sampleBytes = format.getFrameSize() / format.getChannels();
        if (sampleBytes < 1 || sampleBytes > Double.BYTES) {
            throw new AudioRefusedException("it is WAV of " + format);
        }
        byte[] block = new byte[BLOCK_FRAMES * format.getFrameSize()];
        float[] values = new float[BLOCK_FRAMES * format.getChannels()];
        ByteBuffer bytes =
                ByteBuffer.wrap(block)
                        .order(
                                format.isBigEndian()
                                        ? ByteOrder.BIG_ENDIAN
                                        : ByteOrder.LITTLE_ENDIAN);
        for (int read; (read = in.readNBytes(block, 0, block.length)) > 0; ) {
            int count = read / format.getFrameSize() * format.getChannels();
            for (int i = 0; i < count; i++) {
                values[i] = sample(bytes, i * sampleBytes, sampleBytes, format.getEncoding());
                if (Float.isNaN(values[i])) {
                    throw new AudioRefusedException("a sample is not a number (NaN)");
                }
            }
            sink.write(values, 0, count);
        }
    }

    private static float sample(ByteBuffer bytes, int at, int size, Encoding encoding)
            throws AudioRefusedException {
        if (encoding.equals(Encoding.PCM_FLOAT)) {
            return size == Double.BYTES ? (float) bytes.getDouble(at) : bytes.getFloat(at);
        }
        if (encoding.equals(Encoding.PCM_UNSIGNED) && size == 1) {
            return ((bytes.get(at) & 0xff) - 128) / 128f;
        }
        if (!encoding.equals(Encoding.PCM_SIGNED)) {
            throw new AudioRefusedException("it is WAV of encoding " + encoding);
        }
        return switch (size) {
            case 1 -> bytes.get(at) / 128f;
            case 2 -> bytes.getShort(at) / 0x1p15f;
            case 3 -> int24(bytes, at) / 0x1p23f;
            case 4 -> bytes.getInt(at) / 0x1p31f;
            default -> throw new AudioRefusedException("it is WAV of " + size * 8 + " bits");
        };
    }

    private static int int24(ByteBuffer bytes, int at) {
        boolean isBig = bytes.order() == ByteOrder.BIG_ENDIAN;
        int high = bytes.get(isBig ? at : at + 2);
        int middle = bytes.get(at + 1) & 0xff;
        int low = bytes.get(isBig ? at + 2 : at) & 0xff;
        return (high << 16) | (middle << 8) | low;
    }
}
