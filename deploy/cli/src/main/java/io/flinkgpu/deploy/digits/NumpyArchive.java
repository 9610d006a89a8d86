package io.flinkgpu.deploy.digits;

import io.flinkgpu.inference.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes float32 arrays as numpy's {@code load} reads them: a zip file of {@code .npy} files,
 * format version 1.0 (numpy.lib.format).
 */
final class NumpyArchive {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private NumpyArchive() {}

    /** Writes arrays by name, in their order; the same arrays give the same file. */
    static void write(Path file, Map<String, Tensor> arrays) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
                byte[] content = bytes(array.getValue());
                zip.putNextEntry(entry(array.getKey() + ".npy", content));
                zip.write(content);
                zip.closeEntry();
            }
        }
    }

    /** Not compressed, as numpy's savez does it, and without the time of writing. */
    private static ZipEntry entry(String name, byte[] content) {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        return entry;
    }

    private static byte[] bytes(Tensor array) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%s,), }"
                        .formatted(
                                Arrays.stream(array.shape().toArray())
                                        .mapToObj(Long::toString)
                                        .collect(Collectors.joining(", ")));
        int prefix = MAGIC.length + Short.BYTES;
        int length = header.length() + 1;
        int padding = (ALIGNMENT - (prefix + length) % ALIGNMENT) % ALIGNMENT;
        bytes.writeBytes(MAGIC);
        bytes.write((length + padding) & 0xff);
        bytes.write((length + padding) >> Byte.SIZE);
        bytes.writeBytes((header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII));
        ByteBuffer data = array.data();
        byte[] values = new byte[data.remaining()];
        data.get(values);
        bytes.writeBytes(values);
        return bytes.toByteArray();
    }
}
