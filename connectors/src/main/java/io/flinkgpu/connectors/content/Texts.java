package io.flinkgpu.connectors.content;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** Files of text, which begin with nothing in particular. */
final class Texts {

    static final String PLAIN = "text/plain";

    /** RFC 8259, 2: an object or an array, with the start of its first value. */
    private static final Pattern JSON =
            Pattern.compile("\\s*(\\{\\s*(\"|}|$)|\\[\\s*([\\[{\"\\]\\-0-9tfn]|$))");

    private static final Pattern HTML =
            Pattern.compile(
                    "\\s*(<!--.*?-->\\s*)*<(!doctype\\s+html|html|head|body)\\b",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    private static final Pattern SVG =
            Pattern.compile("\\s*(<\\?xml.*?>\\s*)?(<!--.*?-->\\s*)*<svg\\b", Pattern.DOTALL);
    private static final Pattern XML = Pattern.compile("\\s*<\\?xml\\b");

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private Texts() {}

    static Optional<String> typeOf(byte[] head) {
        if (hasUtf16Mark(head)) {
            return Optional.of(PLAIN);
        }
        return decoded(head).map(Texts::typeOf);
    }

    private static String typeOf(String text) {
        String body = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        if (JSON.matcher(body).lookingAt()) {
            return "application/json";
        }
        if (HTML.matcher(body).lookingAt()) {
            return "text/html";
        }
        if (SVG.matcher(body).lookingAt()) {
            return "image/svg+xml";
        }
        return XML.matcher(body).lookingAt() ? "application/xml" : PLAIN;
    }

    /** The text, where all of it is UTF-8 that people write. The last character may be cut off. */
    private static Optional<String> decoded(byte[] head) {
        for (byte octet : head) {
            if (isBinary(octet)) {
                return Optional.empty();
            }
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(head.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(head), text, false);
        return result.isError() ? Optional.empty() : Optional.of(text.flip().toString());
    }

    /** WHATWG MIME Sniffing, "binary data byte". */
    private static boolean isBinary(byte octet) {
        return (octet >= 0x00 && octet <= 0x08)
                || octet == 0x0b
                || (octet >= 0x0e && octet <= 0x1a)
                || (octet >= 0x1c && octet <= 0x1f);
    }

    private static boolean hasUtf16Mark(byte[] head) {
        if (head.length < 2) {
            return false;
        }
        int mark = (head[0] & 0xff) << 8 | (head[1] & 0xff);
        return mark == 0xfeff || mark == 0xfffe;
    }
}
