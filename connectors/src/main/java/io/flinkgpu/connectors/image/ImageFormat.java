package io.flinkgpu.connectors.image;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/** The image formats that are decoded, told apart by their first bytes and never by their name. */
enum ImageFormat {
    /** ITU-T T.81: start of image, then the first byte of a marker. */
    JPEG("ffd8ff"),
    /** W3C PNG specification, section 5.2. */
    PNG("89504e470d0a1a0a"),
    /** GIF87a and GIF89a. */
    GIF("47494638(37|39)61"),
    /** A BITMAPFILEHEADER whose two reserved fields are zero. */
    BMP("424d.{8}00000000"),
    /** TIFF 6.0, section 2, and BigTIFF, in both byte orders. */
    TIFF("(49492a00|4d4d002a|49492b000800|4d4d002b0008)"),
    /** RFC 9649, section 2.4. */
    WEBP("52494646.{8}57454250");

    private static final int SIGNATURE_BYTES = 16;

    private final Pattern signature;

    /**
     * @param signature how every file of the format begins: a regular expression over hexadecimal
     */
    ImageFormat(String signature) {
        this.signature = Pattern.compile(signature);
    }

    static Optional<ImageFormat> of(byte[] content) {
        String start = hex(content, SIGNATURE_BYTES, "");
        return Arrays.stream(values())
                .filter(format -> format.signature.matcher(start).lookingAt())
                .findFirst();
    }

    /** The first bytes of a file, for a message. */
    static String firstBytes(byte[] content) {
        return hex(content, 8, " ");
    }

    private static String hex(byte[] content, int bytes, String delimiter) {
        return HexFormat.ofDelimiter(delimiter)
                .formatHex(content, 0, Math.min(bytes, content.length));
    }
}
