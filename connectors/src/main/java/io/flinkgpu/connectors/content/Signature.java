package io.flinkgpu.connectors.content;

import java.util.Arrays;
import java.util.Optional;

/** How files of a type begin, where fixed bytes at fixed places say so. */
enum Signature {
    /** ITU-T T.81, B.1.1.3: start of image, then the first byte of a marker. */
    JPEG("image/jpeg", "ffd8ff"),
    /** W3C PNG, 5.2. */
    PNG("image/png", "89504e470d0a1a0a"),
    /** GIF87a and GIF89a, 17. */
    GIF("image/gif", "474946383761", "474946383961"),
    /** A BITMAPFILEHEADER whose two reserved fields are zero. */
    BMP("image/bmp", "424d........00000000"),
    /** TIFF 6.0, section 2, and BigTIFF, in both byte orders. */
    TIFF("image/tiff", "49492a00", "4d4d002a", "49492b000800", "4d4d002b0008"),
    /** RFC 9649, 2.4. */
    WEBP("image/webp", "52494646........57454250"),
    /** RIFF WAVE (RFC 2361), and RF64 (EBU Tech 3306). */
    WAV("audio/wav", "52494646........57415645", "52463634........57415645"),
    /** RFC 9639, 6. */
    FLAC("audio/flac", "664c6143"),
    /** ID3v2.3.0, 3.1: a tag in front of the frames. */
    MP3("audio/mpeg", "494433"),
    /** ISO 32000-1, 7.5.2. */
    PDF("application/pdf", "255044462d"),
    /** RFC 1952, 2.3.1: the one method there is, deflate. */
    GZIP("application/gzip", "1f8b08"),
    /** RFC 8878, 3.1.1. */
    ZSTD("application/zstd", "28b52ffd"),
    /** APPNOTE 6.3, 4.3.7. */
    ZIP("application/zip", "504b0304"),
    /** Apache Parquet, file format; PARE has an encrypted footer. */
    PARQUET("application/vnd.apache.parquet", "50415231", "50415245"),
    /** Apache Avro 1.12, object container files. */
    AVRO("application/avro", "4f626a01");

    private static final Signature[] ALL = values();
    private static final short ANY = -1;

    private final String contentType;

    // Never written to, and seen by nobody else.
    @SuppressWarnings("ImmutableEnumChecker")
    private final short[][] starts;

    /**
     * A type.
     *
     * @param starts in hexadecimal; dots stand for any byte
     */
    Signature(String contentType, String... starts) {
        this.contentType = contentType;
        this.starts = Arrays.stream(starts).map(Signature::parse).toArray(short[][]::new);
    }

    /** The media type of the first signature that fits. */
    static Optional<String> typeOf(byte[] head) {
        for (Signature signature : ALL) {
            for (short[] start : signature.starts) {
                if (fits(head, start)) {
                    return Optional.of(signature.contentType);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean fits(byte[] head, short[] start) {
        if (head.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (start[i] != ANY && start[i] != (head[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static short[] parse(String start) {
        short[] parsed = new short[start.length() / 2];
        for (int i = 0; i < parsed.length; i++) {
            String digits = start.substring(2 * i, 2 * i + 2);
            parsed[i] = digits.equals("..") ? ANY : Short.parseShort(digits, 16);
        }
        return parsed;
    }
}
