package io.flinkgpu.connectors.image;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The image formats that are decoded, told apart by their first bytes and never by their name. */
enum ImageFormat {
    /** ITU-T T.81: start of image, then the first byte of a marker. */
    JPEG("ffd8ff"),
    /** W3C PNG specification, section 5.2. */
    PNG("89504e470d0a1a0a"),
    /** GIF87a and GIF89a. */
    GIF("474946383761", "474946383961"),
    /** A BITMAPFILEHEADER whose two reserved fields are zero. */
    BMP("424d........00000000"),
    /** TIFF 6.0, section 2, and BigTIFF, in both byte orders. */
    TIFF("49492a00", "4d4d002a", "49492b000800", "4d4d002b0008"),
    /** RFC 9649, section 2.4. */
    WEBP("52494646........57454250");

    private static final ImageFormat[] ALL = values();
    private static final short ANY = -1;

    // Never written to, and seen by nobody else.
    @SuppressWarnings("ImmutableEnumChecker")
    private final short[][] signatures;

    /**
     * @param signatures how files of the format begin, in hexadecimal; dots stand for any byte
     */
    ImageFormat(String... signatures) {
        this.signatures = Arrays.stream(signatures).map(ImageFormat::parse).toArray(short[][]::new);
    }

    static Optional<ImageFormat> of(byte[] content) {
        for (ImageFormat format : ALL) {
            for (short[] signature : format.signatures) {
                if (matches(content, signature)) {
                    return Optional.of(format);
                }
            }
        }
        return Optional.empty();
    }

    /** The first bytes of a file, for a message. */
    static String firstBytes(byte[] content) {
        return HexFormat.ofDelimiter(" ").formatHex(content, 0, Math.min(8, content.length));
    }

    private static boolean matches(byte[] content, short[] signature) {
        if (content.length < signature.length) {
            return false;
        }
        for (int i = 0; i < signature.length; i++) {
            if (signature[i] != ANY && signature[i] != (content[i] & 0xff)) {
                return false;
            }
        }
        return true;
    }

    private static short[] parse(String signature) {
        short[] parsed = new short[signature.length() / 2];
        for (int i = 0; i < parsed.length; i++) {
            String digits = signature.substring(2 * i, 2 * i + 2);
            parsed[i] = digits.equals("..") ? ANY : Short.parseShort(digits, 16);
        }
        return parsed;
    }
}
