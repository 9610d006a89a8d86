package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.ImageFile.Canvas;
import io.flinkgpu.connectors.image.ImageFile.Passes;
import io.flinkgpu.connectors.image.SplicedImageInputStream.Part;
import java.util.List;
import javax.annotation.Nullable;

/** Where the first frame of a GIF file is on its screen (GIF89a, sections 18 to 20). */
final class GifFile {

    private static final int SCREEN_BYTES = 13;
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2c;
    private static final int FRAME_BYTES = 10;
    private static final int HAS_COLORS = 0x80;

    private GifFile() {}

    static ImageFile inspect(byte[] content) {
        return new ImageFile(
                ImageFormat.GIF,
                List.of(Part.all(content)),
                Orientation.NORMAL,
                null,
                canvas(content),
                Passes.ONE,
                List.of());
    }

    /** Null where the file is too short to tell. */
    @Nullable
    private static Canvas canvas(byte[] content) {
        if (content.length < SCREEN_BYTES) {
            return null;
        }
        int flags = Octets.u8(content, 10);
        int at = SCREEN_BYTES + ((flags & HAS_COLORS) == 0 ? 0 : 3 << ((flags & 0x07) + 1));
        while (at < content.length && Octets.u8(content, at) == EXTENSION) {
            at = behindBlocks(content, at + 2);
        }
        if (content.length - at < FRAME_BYTES || Octets.u8(content, at) != FRAME) {
            return null;
        }
        return new Canvas(
                Octets.u16LittleEndian(content, 6),
                Octets.u16LittleEndian(content, 8),
                Octets.u16LittleEndian(content, at + 1),
                Octets.u16LittleEndian(content, at + 3));
    }

    /** Blocks begin with their length; one of none ends them. */
    private static int behindBlocks(byte[] content, int from) {
        int at = from;
        while (at < content.length && content[at] != 0) {
            at += 1 + Octets.u8(content, at);
        }
        return at + 1;
    }
}
