package io.flinkgpu.connectors.image;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The image formats that are decoded, told apart by their first bytes and never by their name. */
enum ImageFormat {
    /** ITU-T T.81: start of image, then the first byte of a marker. */
    JPEG("ffd8ff"),
    /** W3C PNG specification, section 5.2. */
    PNG("89504e470d0a1a0a");

    private final String signature;

    /**
     * @param signature the first bytes of every file of the format, in hexadecimal
     */
    ImageFormat(String signature) {
        this.signature = signature;
    }

    static Optional<ImageFormat> of(byte[] content) {
        return Arrays.stream(values()).filter(format -> format.matches(content)).findFirst();
    }

    /** The first bytes of a file, for a message. */
    static String firstBytes(byte[] content) {
        return HexFormat.ofDelimiter(" ").formatHex(content, 0, Math.min(8, content.length));
    }

    /** A new reader of the JDK; not thread-safe, the caller disposes it. */
    ImageReader newReader() {
        return ImageIO.getImageReadersByFormatName(name()).next();
    }

    private boolean matches(byte[] content) {
        int length = Math.min(signature.length() / 2, content.length);
        return HexFormat.of().formatHex(content, 0, length).equals(signature);
    }
}
