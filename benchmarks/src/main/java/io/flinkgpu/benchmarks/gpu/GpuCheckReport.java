package io.flinkgpu.benchmarks.gpu;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the checks saw.
 *
 * @param hardware on what they ran, for people
 * @param python its version, and PyTorch's
 * @param checks in their order
 */
record GpuCheckReport(String hardware, String python, List<Seen> checks) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * One check.
     *
     * @param failure why it does not hold; empty if it does
     */
    record Seen(
            String check,
            boolean holds,
            String failure,
            double seconds,
            Map<String, Object> seen) {}

    /** Whether everything holds. */
    boolean holds() {
        return checks.stream().allMatch(Seen::holds);
    }

    void writeTo(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }
}
