package io.flinkgpu.connectors.audio;

import com.jcraft.jogg.Packet;
import com.jcraft.jogg.Page;
import com.jcraft.jogg.StreamState;
import com.jcraft.jogg.SyncState;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.io.EOFException;
import java.io.IOException;
import javax.annotation.Nullable;

/**
 * Vorbis I in Ogg (RFC 3533), read by JOrbis; streams that follow each other are one recording.
 *
 * <p>Each page has a checksum, so that damage is noticed; a stream without its last page is cut.
 */
final class VorbisFile implements AudioFile {

    private static final int CHUNK_BYTES = 8192;

    @Override
    public void decode(byte[] content, SampleSink sink) throws IOException, AudioRefusedException {
        SyncState sync = new SyncState();
        sync.init();
        Page page = new Page();
        Stream stream = null;
        for (int from = 0; from < content.length; from += CHUNK_BYTES) {
            int length = Math.min(CHUNK_BYTES, content.length - from);
            int at = sync.buffer(length);
            System.arraycopy(content, from, sync.data, at, length);
            sync.wrote(length);
            for (int found; (found = sync.pageout(page)) != 0; ) {
                if (found < 0) {
                    throw new IOException("a page is damaged");
                }
                stream = streamOf(page, stream);
                stream.read(page, sink);
            }
        }
        if (stream == null || !stream.isOver) {
            throw new EOFException("it ends without its last page");
        }
    }

    private static Stream streamOf(Page page, @Nullable Stream current)
            throws IOException, AudioRefusedException {
        if (current == null || (page.bos() != 0 && current.isOver)) {
            return new Stream(page.serialno());
        }
        if (page.serialno() != current.serial) {
            throw new AudioRefusedException("it has several streams at once; extract the audio");
        }
        return current;
    }

    /** One logical stream: three headers (Vorbis I, 4.2), then audio. */
    private static final class Stream {

        private static final int HEADERS = 3;
        private static final int LARGEST_BLOCK = 8192;

        private final int serial;
        private final StreamState packets = new StreamState();
        private final Packet packet = new Packet();
        private final Info info = new Info();
        private final Comment comment = new Comment();
        private final DspState synthesis = new DspState();
        private final float[][][] pcm = new float[1][][];
        private Block block;
        private int[] starts;
        private int headers;
        private long frames;
        private boolean isOver;

        Stream(int serial) {
            this.serial = serial;
            packets.init(serial);
            info.init();
            comment.init();
        }

        void read(Page page, SampleSink sink) throws IOException, AudioRefusedException {
            if (packets.pagein(page) < 0) {
                throw new IOException("a page is damaged");
            }
            for (int found; (found = packets.packetout(packet)) != 0; ) {
                if (found < 0) {
                    throw new IOException("a page is missing");
                }
                if (headers < HEADERS) {
                    readHeader(sink);
                } else {
                    readAudio(sink);
                }
            }
            isOver = page.eos() != 0;
            if (isOver) {
                trim(page, sink);
            }
        }

        /** The last page tells the number of frames, which cuts the last block (Vorbis I, A.2). */
        private void trim(Page page, SampleSink sink) {
            long surplus = frames - page.granulepos();
            if (surplus > 0 && surplus <= LARGEST_BLOCK) {
                sink.trim(0, (int) surplus);
            }
        }

        private void readHeader(SampleSink sink) throws IOException, AudioRefusedException {
            VorbisSetup.check(packet);
            if (info.synthesis_headerin(comment, packet) < 0) {
                throw new IOException("a header is damaged");
            }
            headers++;
            if (headers == HEADERS) {
                sink.begin(info.rate, info.channels);
                synthesis.synthesis_init(info);
                block = new Block(synthesis);
                starts = new int[info.channels];
            }
        }

        private void readAudio(SampleSink sink) throws IOException, AudioRefusedException {
            if (block.synthesis(packet) != 0) {
                throw new IOException("a packet is damaged");
            }
            synthesis.synthesis_blockin(block);
            for (int count; (count = synthesis.synthesis_pcmout(pcm, starts)) > 0; ) {
                float[] values = interleaved(count);
                sink.write(values, 0, values.length);
                frames += count;
                synthesis.synthesis_read(count);
            }
        }

        private float[] interleaved(int count) {
            int channels = info.channels;
            float[] values = new float[count * channels];
            for (int channel = 0; channel < channels; channel++) {
                float[] samples = pcm[0][channel];
                for (int i = 0; i < count; i++) {
                    values[i * channels + channel] = samples[starts[channel] + i];
                }
            }
            return values;
        }
    }
}
