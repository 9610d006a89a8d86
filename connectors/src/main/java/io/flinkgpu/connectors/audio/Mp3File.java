package io.flinkgpu.connectors.audio;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.JavaLayerException;
import javazoom.jl.decoder.Obuffer;

/**
 * MP3 (MPEG audio, layer III, ISO/IEC 11172-3 and 13818-3), read by JLayer.
 *
 * <p>Where an encoder noted the samples it added, they are cut; where it noted the number of frames
 * or bytes, a file with fewer is refused. Without that, neither damage nor a cut shows.
 */
final class Mp3File implements AudioFile {

    // What JLayer multiplies samples with (Decoder#initialize); it rounds them to 16 bits
    // afterwards.
    private static final float SCALE = 1 / 32700f;

    // What every decoder adds at the start: 528 samples of the filters, and one.
    private static final int DECODER_DELAY = 529;

    @Override
    public void decode(byte[] content, SampleSink sink) throws IOException, AudioRefusedException {
        Mp3Envelope envelope = Mp3Envelope.of(content);
        if (content.length - envelope.start() < envelope.bytes()) {
            throw new EOFException(
                    "it has %d of %d bytes"
                            .formatted(content.length - envelope.start(), envelope.bytes()));
        }
        Bitstream stream =
                new Bitstream(
                        new ByteArrayInputStream(
                                content, envelope.start(), envelope.end() - envelope.start()));
        try {
            long frames = decode(stream, envelope, sink);
            if (frames < envelope.frames()) {
                throw new EOFException(
                        "it has %d of %d MPEG frames".formatted(frames, envelope.frames()));
            }
        } catch (JavaLayerException e) {
            throw new IOException(e.getMessage(), e);
        }
        if (envelope.hasPadding()) {
            sink.trim(
                    envelope.delay() + DECODER_DELAY,
                    Math.max(0, envelope.padding() - DECODER_DELAY));
        }
    }

    private static long decode(Bitstream stream, Mp3Envelope envelope, SampleSink sink)
            throws JavaLayerException, IOException, AudioRefusedException {
        Decoder decoder = new Decoder();
        Block block = new Block();
        decoder.setOutputBuffer(block);
        boolean isNote = envelope.hasNote();
        long frames = 0;
        for (Header header; (header = stream.readFrame()) != null; ) {
            if (!isNote) {
                int channels = header.mode() == Header.SINGLE_CHANNEL ? 1 : 2;
                sink.begin(header.frequency(), channels);
                block.begin(channels);
                decoder.decodeFrame(header, stream);
                sink.write(block.values, 0, block.length());
                frames++;
            }
            isNote = false;
            stream.closeFrame();
        }
        return frames;
    }

    /** The samples of one MPEG frame. */
    private static final class Block extends Obuffer {

        private final float[] values = new float[OBUFFERSIZE];
        private final int[] next = new int[MAXCHANNELS];
        private int channels = 1;

        void begin(int channelCount) {
            channels = channelCount;
            for (int channel = 0; channel < MAXCHANNELS; channel++) {
                next[channel] = channel;
            }
        }

        int length() {
            return next[0];
        }

        @Override
        public void appendSamples(int channel, float[] samples) {
            for (float sample : samples) {
                values[next[channel]] = sample * SCALE;
                next[channel] += channels;
            }
        }

        @Override
        public void append(int channel, short sample) {
            values[next[channel]] = sample * SCALE;
            next[channel] += channels;
        }

        @Override
        public void write_buffer(int value) {
            // the samples are taken after each frame
        }

        @Override
        public void close() {
            // holds nothing
        }

        @Override
        public void clear_buffer() {
            // begin does it
        }

        @Override
        public void set_stop_flag() {
            // nobody waits
        }
    }
}
