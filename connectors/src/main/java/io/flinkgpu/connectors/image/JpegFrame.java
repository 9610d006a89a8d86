package io.flinkgpu.connectors.image;

import java.util.ArrayList;
import java.util.List;
import javax.annotation.Nullable;

/**
 * The frame header of a JPEG file (ITU-T T.81, section B.2.2).
 *
 * @param isProgressive whether scans refine each other
 * @param components their identifiers, in the order of the frame
 */
record JpegFrame(boolean isProgressive, int height, int width, List<Integer> components) {

    private static final int COMPONENT_BYTES = 3;

    /** Whether a marker starts a frame: SOF0 to SOF15 without DHT, JPG and DAC. */
    static boolean isFrame(int marker) {
        return marker >= 0xc0
                && marker <= 0xcf
                && marker != 0xc4
                && marker != 0xc8
                && marker != 0xcc;
    }

    /** Null if the segment is too short for what it says. */
    @Nullable
    static JpegFrame read(int marker, byte[] content, int data, int to) {
        if (to - data < 6 || to - data < 6 + COMPONENT_BYTES * Octets.u8(content, data + 5)) {
            return null;
        }
        List<Integer> components = new ArrayList<>();
        for (int i = 0; i < Octets.u8(content, data + 5); i++) {
            components.add(Octets.u8(content, data + 6 + COMPONENT_BYTES * i));
        }
        return new JpegFrame(
                (marker & 0x03) == 2,
                Octets.u16(content, data + 1),
                Octets.u16(content, data + 3),
                List.copyOf(components));
    }

    long pixels() {
        return (long) height * width;
    }

    boolean isNamedRgb() {
        return components.equals(List.of((int) 'R', (int) 'G', (int) 'B'));
    }
}
