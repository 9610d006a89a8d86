package io.flinkgpu.inference.python;

/** Strings as JSON writes them (RFC 8259, section 7). */
final class JsonStrings {

    private JsonStrings() {}

    static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (each == '"' || each == '\\') {
                text.append('\\').append(each);
            } else if (each < ' ') {
                text.append("\\u%04x".formatted((int) each));
            } else {
                text.append(each);
            }
        }
        return text.append('"').toString();
    }
}
