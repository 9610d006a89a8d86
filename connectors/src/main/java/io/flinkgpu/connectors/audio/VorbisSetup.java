package io.flinkgpu.connectors.audio;

import com.jcraft.jogg.Buffer;
import com.jcraft.jogg.Packet;
import java.io.IOException;

/**
 * Looks at the headers of a Vorbis stream before JOrbis does, which takes the memory that they ask
 * for.
 *
 * <p>The comment header may announce texts of any length; it is replaced by an empty one, since
 * tags are not needed. The setup header holds codebooks (Vorbis I, 3.2.1), whose vectors are
 * unpacked to floats: a few bytes may announce gigabytes.
 */
final class VorbisSetup {

    /** The most values of all codebooks: 16 MiB of floats. Encoders make a hundredth of that. */
    static final long MAX_VALUES = 1 << 22;

    private static final int COMMENT = 3;
    private static final int SETUP = 5;

    // Each header begins with its type and the word "vorbis" (Vorbis I, 4.2.1).
    private static final int PREFIX_BYTES = 7;

    /** Type, word, no vendor, no comments, and the bit that ends it (Vorbis I, 5.2.1). */
    private static final byte[] EMPTY_COMMENT = {
        COMMENT, 'v', 'o', 'r', 'b', 'i', 's', 0, 0, 0, 0, 0, 0, 0, 0, 1
    };

    private static final int CODEBOOK = 0x564342;

    private final Buffer bits = new Buffer();

    private VorbisSetup() {}

    /**
     * Makes a header safe to read.
     *
     * @throws IOException if its codebooks have more than {@link #MAX_VALUES} values, or are none
     */
    static void check(Packet header) throws IOException {
        int type = header.bytes > 0 ? header.packet_base[header.packet] : 0;
        if (type == COMMENT) {
            header.packet_base = EMPTY_COMMENT.clone();
            header.packet = 0;
            header.bytes = EMPTY_COMMENT.length;
        } else if (type == SETUP && header.bytes > PREFIX_BYTES) {
            new VorbisSetup().checkCodebooks(header);
        }
    }

    private void checkCodebooks(Packet header) throws IOException {
        bits.readinit(
                header.packet_base, header.packet + PREFIX_BYTES, header.bytes - PREFIX_BYTES);
        int books = read(8) + 1;
        long values = 0;
        for (int book = 0; book < books; book++) {
            boolean isCodebook = read(24) == CODEBOOK;
            long dimensions = read(16);
            long entries = read(24);
            if (!isCodebook || dimensions == 0) {
                throw new IOException("a codebook is damaged");
            }
            values += dimensions * entries;
            if (values > MAX_VALUES) {
                throw new IOException(
                        "its codebooks have more than %d values".formatted(MAX_VALUES));
            }
            skipLengths((int) entries);
            skipValues((int) dimensions, (int) entries);
        }
    }

    private void skipLengths(int entries) throws IOException {
        boolean isOrdered = read(1) == 1;
        if (isOrdered) {
            read(5);
            for (int entry = 0; entry < entries; ) {
                entry += read(Integer.SIZE - Integer.numberOfLeadingZeros(entries - entry));
            }
            return;
        }
        boolean isSparse = read(1) == 1;
        for (int entry = 0; entry < entries; entry++) {
            if (!isSparse || read(1) == 1) {
                read(5);
            }
        }
    }

    private void skipValues(int dimensions, int entries) throws IOException {
        int lookup = read(4);
        if (lookup == 0) {
            return;
        }
        bits.adv(32 + 32); // the least value and the step
        int size = read(4) + 1;
        read(1);
        long count = lookup == 1 ? sideOfLattice(dimensions, entries) : (long) dimensions * entries;
        for (long value = 0; value < count; value++) {
            read(size);
        }
    }

    /** The largest number whose power of the dimensions is at most the entries (9.2.3). */
    private static int sideOfLattice(int dimensions, int entries) {
        int side = 0;
        while (Math.pow(side + 1, dimensions) <= entries) {
            side++;
        }
        return side;
    }

    private int read(int count) throws IOException {
        int value = bits.read(count);
        if (value < 0) {
            throw new IOException("a codebook is cut");
        }
        return value;
    }
}
