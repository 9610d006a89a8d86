package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.ImageFile.Canvas;
import io.flinkgpu.connectors.image.ImageFile.Passes;
import io.flinkgpu.connectors.image.SplicedImageInputStream.Part;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.annotation.Nullable;

/**
 * The chunks of a WebP file (RFC 9649): the reader sees those that make pixels, and no colour
 * profile, by which it would convert them.
 */
final class WebpFile {

    private static final Set<String> OF_PIXELS =
            Set.of("VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF");
    // The reader looks for bits ahead, and would fail where the file ends.
    private static final byte[] BEHIND_END = new byte[16];
    private static final int HEADER_BYTES = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int EXTENDED_BYTES = 10;
    private static final int FRAME_BYTES = 16;
    private static final int FLAGS_OF_PIXELS = 0x12; // alpha and animation

    private final byte[] content;
    private final List<Part> parts = new ArrayList<>();
    private final List<String> flaws = new ArrayList<>();
    private Orientation orientation = Orientation.NORMAL;
    private int canvasWidth;
    private int canvasHeight;
    @Nullable private Canvas canvas;

    private WebpFile(byte[] content) {
        this.content = content;
    }

    /**
     * Looks at a file.
     *
     * @throws ImageRefusedException if it ends before its last chunk
     */
    static ImageFile inspect(byte[] content) throws ImageRefusedException {
        WebpFile file = new WebpFile(content);
        file.readChunks();
        long length = file.parts.stream().mapToLong(Part::length).sum();
        file.parts.add(0, Part.all(header(length)));
        file.parts.add(Part.all(BEHIND_END));
        return new ImageFile(
                ImageFormat.WEBP,
                file.parts,
                file.orientation,
                null,
                file.canvas,
                Passes.ONE,
                file.flaws);
    }

    private void readChunks() throws ImageRefusedException {
        long end = Octets.u32LittleEndian(content, 4) + 8;
        if (end > content.length + 1L) { // some writers leave the last padding byte out
            throw new ImageRefusedException(
                    "the file is truncated: it has %d bytes of %d".formatted(content.length, end));
        }
        int at = HEADER_BYTES;
        while (end - at >= CHUNK_HEADER && content.length - at >= CHUNK_HEADER) {
            String type = Octets.name(content, at);
            long length = Octets.u32LittleEndian(content, at + 4);
            int data = at + CHUNK_HEADER;
            if (length > content.length - data) {
                throw new ImageRefusedException(
                        "the file is truncated: its chunk %s has %d bytes of %d"
                                .formatted(type.strip(), content.length - data, length));
            }
            int to = data + (int) length;
            readChunk(type, at, data, to);
            at = Math.min(to + (to - data) % 2, content.length);
        }
    }

    private void readChunk(String type, int at, int data, int to) {
        if (type.equals("VP8X") && to - data >= EXTENDED_BYTES) {
            canvasWidth = 1 + u24(data + 4);
            canvasHeight = 1 + u24(data + 7);
            byte[] chunk = Arrays.copyOfRange(content, at, to);
            Arrays.fill(chunk, CHUNK_HEADER + 1, CHUNK_HEADER + 4, (byte) 0);
            chunk[CHUNK_HEADER] &= FLAGS_OF_PIXELS;
            parts.add(Part.all(chunk));
        } else if (OF_PIXELS.contains(type)) {
            if (type.equals("ANMF") && canvas == null && to - data >= FRAME_BYTES) {
                canvas = new Canvas(canvasWidth, canvasHeight, 2 * u24(data), 2 * u24(data + 3));
            }
            parts.add(new Part(content, at, to));
            if ((to - data) % 2 == 1) {
                parts.add(Part.all(new byte[1]));
            }
        } else if (type.equals("EXIF")) {
            int tiff = Octets.startsWith(content, data, to, "Exif\0\0") ? data + 6 : data;
            orientation = Orientation.ofExif(content, tiff, to);
        } else if (type.equals("ICCP")) {
            byte[] start =
                    Arrays.copyOfRange(content, data, Math.min(to, data + IccProfile.HEADER_BYTES));
            String flaw = IccProfile.flaw(start, to - data, 3);
            if (!flaw.isEmpty()) {
                flaws.add(flaw);
            }
        }
    }

    private int u24(int at) {
        return Octets.u16LittleEndian(content, at) | Octets.u8(content, at + 2) << 16;
    }

    private static byte[] header(long chunkBytes) {
        byte[] header = "RIFF....WEBP".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 4; i++) {
            header[4 + i] = (byte) ((chunkBytes + 4) >> (8 * i));
        }
        return header;
    }
}
