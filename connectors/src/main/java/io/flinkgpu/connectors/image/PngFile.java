package io.flinkgpu.connectors.image;

import io.flinkgpu.connectors.image.ImageFile.Passes;
import io.flinkgpu.connectors.image.SplicedImageInputStream.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The chunks of a PNG file (W3C PNG specification, section 5): the reader sees those that make
 * pixels, and an end where that is all that is missing.
 */
final class PngFile {

    private static final Set<String> OF_PIXELS = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final byte[] END = {
        0, 0, 0, 0, 'I', 'E', 'N', 'D', (byte) 0xae, 'B', 0x60, -126
    };
    private static final int SIGNATURE_BYTES = 8;
    private static final int CHUNK_OVERHEAD = 12;
    private static final int COLOR_TYPE = 25;
    private static final int USES_COLOR = 2;

    private final byte[] content;
    private final List<Part> parts = new ArrayList<>();
    private final List<String> flaws = new ArrayList<>();
    private Orientation orientation = Orientation.NORMAL;
    private int keptFrom;

    private PngFile(byte[] content) {
        this.content = content;
    }

    static ImageFile inspect(byte[] content) {
        PngFile file = new PngFile(content);
        file.readChunks();
        return new ImageFile(
                ImageFormat.PNG, file.parts, file.orientation, null, null, Passes.ONE, file.flaws);
    }

    private void readChunks() {
        int at = SIGNATURE_BYTES;
        boolean hasEnd = false;
        while (!hasEnd && content.length - at >= CHUNK_OVERHEAD) {
            long length = Octets.u32(content, at);
            if (length > content.length - at - CHUNK_OVERHEAD) {
                break;
            }
            String type = Octets.name(content, at + 4);
            int data = at + 8;
            at += CHUNK_OVERHEAD + (int) length;
            if (!OF_PIXELS.contains(type)) {
                keepUpTo(data - 8);
                keptFrom = at;
                readMetadata(type, data, data + (int) length);
            }
            hasEnd = type.equals("IEND");
        }
        keepUpTo(content.length);
        if (!hasEnd && at == content.length) {
            parts.add(Part.all(END));
            flaws.add("its end marker is missing");
        }
    }

    private void keepUpTo(int to) {
        if (to > keptFrom) {
            parts.add(new Part(content, keptFrom, to));
        }
    }

    private void readMetadata(String type, int data, int to) {
        if (type.equals("eXIf")) {
            orientation = Orientation.ofExif(content, data, to);
        } else if (type.equals("iCCP")) {
            boolean isColor = (Octets.u8(content, COLOR_TYPE) & USES_COLOR) != 0;
            String flaw = profileFlaw(data, to, isColor ? 3 : 1);
            if (!flaw.isEmpty()) {
                flaws.add(flaw);
            }
        }
    }

    /** The profile follows its name, a zero and the number of the compression. */
    private String profileFlaw(int data, int to, int colors) {
        int name = data;
        while (name < to && content[name] != 0) {
            name++;
        }
        if (to - name < 2) {
            return "its colour profile is empty";
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(content, name + 2, to - name - 2);
            byte[] header = new byte[IccProfile.HEADER_BYTES];
            int length = inflater.inflate(header);
            return IccProfile.flaw(Arrays.copyOf(header, length), -1, colors);
        } catch (DataFormatException e) {
            return "its colour profile is damaged (" + e.getMessage() + ")";
        } finally {
            inflater.end();
        }
    }
}
