package io.flinkgpu.connectors.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Formats that are met among images and are not decoded, so that a message can name them. */
enum RefusedFormat {
    /** ISO base media files (ISO/IEC 23000-22): the brand is the file type box's. */
    AVIF("an AVIF image", "(?s)....ftyp(avif|avis)"),
    HEIC("a HEIC image", "(?s)....ftyp(heic|heix|heim|heis|hevc|hevx|mif1|msf1)"),
    /** ISO/IEC 18181-2: a bare codestream, or its container. */
    JPEG_XL("a JPEG XL image", "(?s)(\u00ff\n|\0\0\0\fJXL \r\n\u0087\n)"),
    JPEG_2000("a JPEG 2000 image", "(?s)(\0\0\0\fjP  |\u00ffO\u00ffQ)"),
    ICO("a Windows icon", "(?s)\0\0\u0001\0[\u0001-\u00ff]\0"),
    PSD("a Photoshop document", "8BPS"),
    PDF("a PDF document", "%PDF-"),
    SVG("an SVG drawing", "(?is)(\u00ef\u00bb\u00bf)?\\s*(<\\?xml.*?>\\s*)?<svg\\b"),
    HTML(
            "an HTML page, such as a server's error",
            "(?is)(\u00ef\u00bb\u00bf)?\\s*(<!--.*?-->\\s*)*<(!doctype\\s+html|html|head|body)\\b"),
    XML("an XML document", "(?is)(\u00ef\u00bb\u00bf)?\\s*<\\?xml\\b"),
    JSON("a JSON document", "(?s)(\u00ef\u00bb\u00bf)?\\s*\\{\\s*(\"|\\})"),
    VIDEO("a video", "(?s)(....ftyp|\u001aE\u00df\u00a3)"),
    GZIP("a gzip archive", "(?s)\u001f\u008b\b"),
    ZIP("a ZIP archive", "PK\u0003\u0004");

    private static final int START_BYTES = 512;

    private final String name;
    private final Pattern start;

    /**
     * @param name for a message, with its article
     * @param start how a file of the format begins, one character a byte
     */
    RefusedFormat(String name, String start) {
        this.name = name;
        this.start = Pattern.compile(start);
    }

    /** The name of the format, such as {@code an AVIF image}. */
    static Optional<String> nameOf(byte[] content) {
        String text =
                new String(
                        content,
                        0,
                        Math.min(content.length, START_BYTES),
                        StandardCharsets.ISO_8859_1);
        return Arrays.stream(values())
                .filter(format -> format.start.matcher(text).lookingAt())
                .map(format -> format.name)
                .findFirst();
    }
}
