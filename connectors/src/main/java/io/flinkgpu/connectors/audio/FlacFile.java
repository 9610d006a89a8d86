package io.flinkgpu.connectors.audio;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.annotation.Nullable;
import org.jflac.ChannelData;
import org.jflac.FLACDecoder;
import org.jflac.FrameListener;
import org.jflac.frame.Frame;
import org.jflac.metadata.Metadata;
import org.jflac.metadata.StreamInfo;

/**
 * FLAC (RFC 9639), read by jFLAC.
 *
 * <p>jFLAC skips frames that are damaged, and searches for the next one for ever when it cannot
 * advance: {@link Frames} ends it. What lies behind the last frame that the header tells is not
 * read; programs put tags there. It is shown no metadata but the header, since tags and pictures
 * are not needed.
 */
final class FlacFile implements AudioFile {

    // RFC 9639, 6, 8.1 and 8.2.
    private static final int MAGIC_BYTES = 4;
    private static final int BLOCK_HEADER_BYTES = 4;
    private static final int STREAM_INFO_BYTES = 34;
    private static final int FIRST_BLOCK_END = MAGIC_BYTES + BLOCK_HEADER_BYTES + STREAM_INFO_BYTES;
    private static final int SUM_BYTES = 16;
    private static final int LAST_BLOCK = 0x80;

    @Override
    public void decode(byte[] content, SampleSink sink) throws IOException, AudioRefusedException {
        FLACDecoder decoder = new FLACDecoder(withoutTags(content));
        decoder.readMetadata();
        StreamInfo info = decoder.getStreamInfo();
        sink.begin(info.getSampleRate(), info.getChannels());
        sink.expect(info.getTotalSamples());
        Frames frames = new Frames(decoder, content);
        decoder.addFrameListener(frames);
        MessageDigest sum = md5();
        while (!isWhole(info, sink)) {
            Frame frame = frames.next();
            if (frame == null) {
                break;
            }
            if (frame.header.channels != info.getChannels()
                    || frame.header.bitsPerSample != info.getBitsPerSample()) {
                throw new IOException("a frame is of another kind than the header");
            }
            Block block = Block.of(decoder.getChannelData(), frame, info);
            sink.write(block.values, 0, block.values.length);
            sum.update(block.bytes);
        }
        requireWhole(info, sink);
        byte[] told = Arrays.copyOfRange(content, FIRST_BLOCK_END - SUM_BYTES, FIRST_BLOCK_END);
        boolean isSumTold = !Arrays.equals(told, new byte[SUM_BYTES]);
        if (isSumTold && !MessageDigest.isEqual(told, sum.digest())) {
            throw new IOException("the MD5 sum of its samples differs from the header's");
        }
    }

    /** A header that tells no number of samples leaves it to the file's end. */
    private static boolean isWhole(StreamInfo info, SampleSink sink) {
        return info.getTotalSamples() > 0 && sink.frames() >= info.getTotalSamples();
    }

    private static void requireWhole(StreamInfo info, SampleSink sink) throws IOException {
        long told = info.getTotalSamples();
        if (told > 0 && sink.frames() < told) {
            throw new EOFException("it has %d of %d frames".formatted(sink.frames(), told));
        }
        if (told > 0 && sink.frames() > told) {
            throw new IOException(
                    "its header tells %d frames, and it has %d".formatted(told, sink.frames()));
        }
    }

    /** The header, marked as the last metadata, then the audio. */
    private static InputStream withoutTags(byte[] content) throws IOException {
        if (content.length < FIRST_BLOCK_END || (content[MAGIC_BYTES] & ~LAST_BLOCK) != 0) {
            throw new EOFException("its header is cut");
        }
        byte[] head = Arrays.copyOf(content, FIRST_BLOCK_END);
        head[MAGIC_BYTES] |= (byte) LAST_BLOCK;
        int at = MAGIC_BYTES;
        for (boolean isLast = false; !isLast; ) {
            if (at > content.length - BLOCK_HEADER_BYTES) {
                throw new EOFException("its metadata is cut");
            }
            int header = ByteBuffer.wrap(content).getInt(at);
            isLast = header < 0;
            at += BLOCK_HEADER_BYTES + (header & 0xffffff);
        }
        if (at > content.length) {
            throw new EOFException("its metadata is cut");
        }
        return new SequenceInputStream(
                new ByteArrayInputStream(head),
                new ByteArrayInputStream(content, at, content.length - at));
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Cannot find MD5, which every JDK has.", e);
        }
    }

    /**
     * The frames of a file up to the first damage that jFLAC tells of.
     *
     * <p>Bytes that belong to no frame are told of as well; they are damage unless they are a tag
     * at the file's end.
     */
    private static final class Frames implements FrameListener {

        private static final String NO_FRAME = "FindSync";

        /** How ID3v1, APEv2 and ID3v2 begin. */
        private static final List<String> TAGS = List.of("TAG", "APETAGEX", "ID3");

        private static final int LONGEST = 8;

        private final FLACDecoder decoder;
        private final byte[] content;
        private boolean hasStrayBytes;

        Frames(FLACDecoder decoder, byte[] content) {
            this.decoder = decoder;
            this.content = content;
        }

        /**
         * Reads a frame.
         *
         * @return null at the end
         */
        @Nullable
        Frame next() throws IOException {
            long readBefore = decoder.getTotalBytesRead();
            Frame frame;
            try {
                frame = decoder.readNextFrame();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            if (decoder.getBadFrames() > 0 || (frame != null && hasStrayBytes)) {
                throw new IOException("a frame is damaged");
            }
            if (frame == null) {
                requireTag((int) (decoder.getTotalBytesRead() - readBefore));
            }
            return frame;
        }

        private void requireTag(int rest) throws IOException {
            if (rest == 0) {
                return;
            }
            String behind =
                    new String(
                            content,
                            content.length - rest,
                            Math.min(rest, LONGEST),
                            StandardCharsets.ISO_8859_1);
            if (TAGS.stream().noneMatch(behind::startsWith)) {
                throw new EOFException("its last %d bytes are no whole frame".formatted(rest));
            }
        }

        @Override
        public void processError(String message) {
            if (message.startsWith(NO_FRAME)) {
                hasStrayBytes = true;
            } else {
                throw new UncheckedIOException(
                        new IOException("a frame is damaged (%s)".formatted(message)));
            }
        }

        @Override
        public void processMetadata(Metadata metadata) {
            // the header is asked for
        }

        @Override
        public void processFrame(Frame frame) {
            // each is read by itself
        }
    }

    /** A frame's samples, as numbers and as the bytes that the sum is of (RFC 9639, 8.2). */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(float[] values, byte[] bytes) {

        static Block of(ChannelData[] data, Frame frame, StreamInfo info) {
            int channels = info.getChannels();
            int bits = info.getBitsPerSample();
            int size = (bits + 7) / 8;
            float scale = 1f / (1L << (bits - 1));
            float[] values = new float[frame.header.blockSize * channels];
            byte[] bytes = new byte[values.length * size];
            for (int channel = 0; channel < channels; channel++) {
                int[] samples = data[channel].getOutput();
                for (int i = 0; i < frame.header.blockSize; i++) {
                    int at = i * channels + channel;
                    values[at] = samples[i] * scale;
                    for (int part = 0; part < size; part++) {
                        bytes[at * size + part] = (byte) (samples[i] >> (8 * part));
                    }
                }
            }
            return new Block(values, bytes);
        }
    }
}
