package io.flinkgpu.connectors.audio;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What is around the audio of an MP3 file: tags, and the note that encoders leave in the first
 * frame, whose own audio is silence.
 *
 * <p>ID3v2.4.0, 3.1 and 3.4, for the tag in front; ID3v1 for the 128 bytes behind; the Xing header
 * and the LAME tag ("Mp3 Info Tag rev 1") for the note.
 *
 * @param start the first byte of the first frame
 * @param end behind the last one
 * @param hasNote whether the first frame is a note
 * @param frames as many as the note says without its own, or 0
 * @param bytes as many as the note says, its own included, or 0
 * @param delay samples that the encoder added in front, or {@link #UNKNOWN}
 * @param padding samples that the encoder added behind, or {@link #UNKNOWN}
 */
record Mp3Envelope(
        int start, int end, boolean hasNote, long frames, long bytes, int delay, int padding) {

    static final int UNKNOWN = -1;

    private static final int ID3V2_HEADER_BYTES = 10;
    private static final int ID3V1_BYTES = 128;
    private static final int HEADER_BYTES = 4;
    private static final int CHECKSUM_BYTES = 2;

    // Flags of the Xing header, and how long the fields are that they announce.
    private static final int HAS_FRAMES = 1;
    private static final int HAS_BYTES = 2;
    private static final int HAS_TABLE = 4;
    private static final int HAS_QUALITY = 8;
    private static final int TABLE_BYTES = 100;

    // Where in the LAME tag delay and padding stand, 12 bits each.
    private static final int LAME_DELAYS_AT = 21;

    static Mp3Envelope of(byte[] content) {
        int start = Math.min(content.length, tagBytes(content));
        boolean hasTagBehind =
                content.length - start >= ID3V1_BYTES
                        && text(content, content.length - ID3V1_BYTES, 3).equals("TAG");
        int end = hasTagBehind ? content.length - ID3V1_BYTES : content.length;
        int note = noteAt(content, start);
        String name = text(content, note, 4);
        if (!name.equals("Xing") && !name.equals("Info")) {
            return new Mp3Envelope(start, end, false, 0, 0, UNKNOWN, UNKNOWN);
        }
        int flags = int32(content, note + 4);
        int next = note + 8;
        long frames = (flags & HAS_FRAMES) == 0 ? 0 : int32(content, next) & 0xffffffffL;
        next += (flags & HAS_FRAMES) == 0 ? 0 : 4;
        long bytes = (flags & HAS_BYTES) == 0 ? 0 : int32(content, next) & 0xffffffffL;
        next += (flags & HAS_BYTES) == 0 ? 0 : 4;
        next += (flags & HAS_TABLE) == 0 ? 0 : TABLE_BYTES;
        int lame = next + ((flags & HAS_QUALITY) == 0 ? 0 : 4);
        String encoder = text(content, lame, 4);
        if (!encoder.equals("LAME") && !encoder.equals("Lavc") && !encoder.equals("Lavf")) {
            return new Mp3Envelope(start, end, true, frames, bytes, UNKNOWN, UNKNOWN);
        }
        int delays = int32(content, lame + LAME_DELAYS_AT) >>> 8;
        return new Mp3Envelope(start, end, true, frames, bytes, delays >> 12, delays & 0xfff);
    }

    boolean hasPadding() {
        return delay != UNKNOWN;
    }

    private static int tagBytes(byte[] content) {
        if (!text(content, 0, 3).equals("ID3") || content.length < ID3V2_HEADER_BYTES) {
            return 0;
        }
        int size = 0;
        for (int i = 6; i < ID3V2_HEADER_BYTES; i++) {
            size = (size << 7) | (content[i] & 0x7f);
        }
        boolean hasFooter = (content[5] & 0x10) != 0;
        return ID3V2_HEADER_BYTES + size + (hasFooter ? ID3V2_HEADER_BYTES : 0);
    }

    /**
     * The note stands where a frame's audio would: behind header, checksum and side information.
     */
    private static int noteAt(byte[] content, int frame) {
        int header = int32(content, frame);
        boolean isMpeg1 = (header >> 19 & 3) == 3;
        boolean isMono = (header >> 6 & 3) == 3;
        boolean hasChecksum = (header >> 16 & 1) == 0;
        int sideBytes = isMpeg1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17);
        return frame + HEADER_BYTES + (hasChecksum ? CHECKSUM_BYTES : 0) + sideBytes;
    }

    private static int int32(byte[] content, int at) {
        return at + Integer.BYTES <= content.length ? ByteBuffer.wrap(content).getInt(at) : 0;
    }

    private static String text(byte[] content, int from, int length) {
        return from + length <= content.length
                ? new String(content, from, length, StandardCharsets.ISO_8859_1)
                : "";
    }
}
