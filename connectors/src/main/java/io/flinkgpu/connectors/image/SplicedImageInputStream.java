package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.decode.DecodeBudget;
import java.io.IOException;
import java.util.List;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An image stream over parts of arrays, one behind the other: a file without what no reader shall
 * see. ImageIO's own streams would copy the bytes into a cache first.
 *
 * <p>Fails when the budget is spent, which ends a reader that draws no rows.
 */
final class SplicedImageInputStream extends ImageInputStreamImpl {

    /** The bytes of {@code array} from {@code from} up to, not including, {@code to}. */
    // Shared, never written to.
    @SuppressWarnings("ArrayRecordComponent")
    record Part(byte[] array, int from, int to) {

        static Part all(byte[] array) {
            return new Part(array, 0, array.length);
        }

        int length() {
            return to - from;
        }
    }

    // Single bytes come in millions; a look at the clock costs as much as some of them.
    private static final int BYTES_PER_CHECK = 1024;

    private final List<Part> parts;
    private final DecodeBudget budget;
    private final int maxRead;
    private final long length;
    private int current;
    private long currentStart;
    private int uncheckedBytes;

    /**
     * @param maxRead the most bytes that one read hands out, so that the budget is looked at often
     */
    SplicedImageInputStream(List<Part> parts, DecodeBudget budget, int maxRead) {
        this.parts = parts;
        this.budget = budget;
        this.maxRead = maxRead;
        this.length = parts.stream().mapToLong(Part::length).sum();
    }

    @Override
    public int read() throws IOException {
        checkClosed();
        bitOffset = 0;
        if (streamPos >= length) {
            return -1;
        }
        if (++uncheckedBytes == BYTES_PER_CHECK) {
            uncheckedBytes = 0;
            budget.check();
        }
        seekPart();
        Part part = parts.get(current);
        return part.array()[part.from() + (int) (streamPos++ - currentStart)] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        checkClosed();
        bitOffset = 0;
        if (count == 0) {
            return 0;
        }
        if (streamPos >= length) {
            return -1;
        }
        budget.check();
        int wanted = (int) Math.min(Math.min(count, maxRead), length - streamPos);
        // Goes on over the ends of parts: readInt and its like take a short read for the end.
        for (int read = 0; read < wanted; ) {
            read += copyFromPart(target, offset + read, wanted - read);
        }
        return wanted;
    }

    @Override
    public long length() {
        return length;
    }

    private int copyFromPart(byte[] target, int offset, int count) {
        seekPart();
        Part part = parts.get(current);
        int skip = (int) (streamPos - currentStart);
        int copied = Math.min(count, part.length() - skip);
        System.arraycopy(part.array(), part.from() + skip, target, offset, copied);
        streamPos += copied;
        return copied;
    }

    /** Makes the part that holds {@code streamPos < length} the current one. */
    private void seekPart() {
        if (streamPos < currentStart) {
            current = 0;
            currentStart = 0;
        }
        while (streamPos >= currentStart + parts.get(current).length()) {
            currentStart += parts.get(current).length();
            current++;
        }
    }
}
