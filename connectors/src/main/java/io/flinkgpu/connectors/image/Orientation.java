package io.flinkgpu.connectors.image;

/**
 * How an image is to be turned before it is looked at: the values 1 to 8 of the Exif tag
 * Orientation (Exif 2.32, section 4.6.4), in this order.
 */
enum Orientation {
    NORMAL(false, false, false),
    MIRRORED(false, true, false),
    HALF_TURN(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    QUARTER_TURN(true, false, true),
    TRANSVERSED(true, true, true),
    THREE_QUARTER_TURN(true, true, false);

    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 12;

    private final boolean isTransposed;
    private final boolean isFromRight;
    private final boolean isFromBottom;

    /**
     * @param isTransposed whether a row of the turned image is a column of the stored one
     * @param isFromRight whether stored columns are taken from the right
     * @param isFromBottom whether stored rows are taken from the bottom
     */
    Orientation(boolean isTransposed, boolean isFromRight, boolean isFromBottom) {
        this.isTransposed = isTransposed;
        this.isFromRight = isFromRight;
        this.isFromBottom = isFromBottom;
    }

    /** Whether height and width change places. */
    boolean isTransposed() {
        return isTransposed;
    }

    /** The orientation of a tag's value; values that mean nothing are {@link #NORMAL}. */
    static Orientation ofValue(int value) {
        return value >= 1 && value <= values().length ? values()[value - 1] : NORMAL;
    }

    /**
     * The orientation of an Exif block, which is a TIFF file whose first directory holds it. Looks
     * at nothing else, so that what is damaged elsewhere in the block does not turn an image.
     */
    static Orientation ofExif(byte[] bytes, int from, int to) {
        if (to - from < HEADER_BYTES) {
            return NORMAL;
        }
        boolean isLittleEndian = Octets.startsWith(bytes, from, to, "II");
        if (!isLittleEndian && !Octets.startsWith(bytes, from, to, "MM")) {
            return NORMAL;
        }
        long directory = u32(bytes, from + 4, isLittleEndian);
        if (directory < HEADER_BYTES || directory > to - from - 2L) {
            return NORMAL;
        }
        int entries = from + (int) directory + 2;
        int count = u16(bytes, entries - 2, isLittleEndian);
        for (int i = 0; i < count && to - entries >= (i + 1) * ENTRY_BYTES; i++) {
            int entry = entries + i * ENTRY_BYTES;
            if (u16(bytes, entry, isLittleEndian) == TAG) {
                return u16(bytes, entry + 2, isLittleEndian) == SHORT
                        ? ofValue(u16(bytes, entry + 8, isLittleEndian))
                        : NORMAL;
            }
        }
        return NORMAL;
    }

    /**
     * Turns pixels.
     *
     * @param stored {@code [height, width, channel]}
     * @return the same pixels, {@code [width, height, channel]} where {@link #isTransposed}
     */
    float[] turn(float[] stored, int height, int width, int channels) {
        if (this == NORMAL) {
            return stored;
        }
        float[] turned = new float[stored.length];
        int rows = isTransposed ? width : height;
        int columns = isTransposed ? height : width;
        for (int y = 0, to = 0; y < rows; y++) {
            for (int x = 0; x < columns; x++, to += channels) {
                int column = isTransposed ? y : x;
                int row = isTransposed ? x : y;
                int fromColumn = isFromRight ? width - 1 - column : column;
                int fromRow = isFromBottom ? height - 1 - row : row;
                int from = (fromRow * width + fromColumn) * channels;
                System.arraycopy(stored, from, turned, to, channels);
            }
        }
        return turned;
    }

    private static int u16(byte[] bytes, int at, boolean isLittleEndian) {
        return isLittleEndian ? Octets.u16LittleEndian(bytes, at) : Octets.u16(bytes, at);
    }

    private static long u32(byte[] bytes, int at, boolean isLittleEndian) {
        return isLittleEndian ? Octets.u32LittleEndian(bytes, at) : Octets.u32(bytes, at);
    }
}
