package io.flinkgpu.connectors.image;

import java.nio.charset.StandardCharsets;

/** Unsigned integers and names within a file's bytes; the caller keeps to the array's bounds. */
final class Octets {

    private Octets() {}

    static int u8(byte[] bytes, int at) {
        return bytes[at] & 0xff;
    }

    static int u16(byte[] bytes, int at) {
        return u8(bytes, at) << 8 | u8(bytes, at + 1);
    }

    static long u32(byte[] bytes, int at) {
        return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
    }

    static int u16LittleEndian(byte[] bytes, int at) {
        return u8(bytes, at) | u8(bytes, at + 1) << 8;
    }

    static long u32LittleEndian(byte[] bytes, int at) {
        return u16LittleEndian(bytes, at) | (long) u16LittleEndian(bytes, at + 2) << 16;
    }

    /** Four bytes as a name. */
    static String name(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    /** Whether these characters, one a byte, are found here before {@code to}. */
    static boolean startsWith(byte[] bytes, int at, int to, String text) {
        if (to - at < text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (u8(bytes, at + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
