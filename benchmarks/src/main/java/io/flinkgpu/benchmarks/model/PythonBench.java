package io.flinkgpu.benchmarks.model;

import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.inference.tensor.Tensor;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/** The Python code of the benchmarks, in a file of a scratch directory. */
@Internal
public final class PythonBench {

    private static final String FILE = "bench_models.py";
    private static final long SEED = 1;

    private final Path file;

    private PythonBench(Path file) {
        this.file = file;
    }

    /** Writes the code below a directory. */
    public static PythonBench in(Path scratch) throws IOException {
        Path file = scratch.resolve(FILE);
        try (InputStream code = PythonBench.class.getResourceAsStream(FILE)) {
            Files.copy(code, file);
        }
        return new PythonBench(file);
    }

    /** One of its classes. */
    public ModelRef model(String name) {
        return ModelRef.python(file.toAbsolutePath() + ":" + name);
    }

    /** Rows with seeded values. */
    public static Tensor[] rows(int count, DataType type, Shape shape) {
        Random random = new Random(SEED);
        Tensor[] rows = new Tensor[count];
        for (int i = 0; i < count; i++) {
            byte[] values = new byte[(int) shape.elements() * type.byteSize()];
            random.nextBytes(values);
            if (type == DataType.FLOAT32) {
                clearExponents(values);
            }
            rows[i] = Tensor.wrap(type, shape, ByteBuffer.wrap(values));
        }
        return rows;
    }

    /**
     * Starts one of its loops, which measures itself.
     *
     * @param threads of numpy; 0: it chooses
     */
    public Loop loop(String kind, DataType type, int batchSize, Shape row, int threads, Path log)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("python3", file.toString(), kind, type.toString()));
        command.add(Integer.toString(batchSize));
        for (long length : row.toArray()) {
            command.add(Long.toString(length));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        if (threads > 0) {
            builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        }
        Process process = builder.start();
        Loop loop = new Loop(process, log);
        loop.read();
        return loop;
    }

    /** A loop in a process of its own. Not thread-safe. */
    public static final class Loop implements AutoCloseable {
        private final Process process;
        private final Path log;
        private final BufferedReader out;
        private final Writer in;

        private Loop(Process process, Path log) {
            this.process = process;
            this.log = log;
            this.out = process.inputReader();
            this.in = process.outputWriter();
        }

        /** Rows a second over about that time. */
        public double rowsPerSecond(Duration length) throws IOException {
            in.write(String.format(Locale.ROOT, "%.3f%n", length.toMillis() / 1000.0));
            in.flush();
            return Double.parseDouble(read());
        }

        private String read() throws IOException {
            String line = out.readLine();
            if (line == null) {
                throw new IOException("Cannot go on: the Python loop has ended. It said: " + log);
            }
            return line;
        }

        @Override
        public void close() {
            Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                    .forEach(ProcessHandle::destroyForcibly);
        }
    }

    /** Numbers below 4 rather than anything that the bits of a float can be. */
    private static void clearExponents(byte[] values) {
        for (int i = Float.BYTES - 1; i < values.length; i += Float.BYTES) {
            values[i] = (byte) (values[i] & 0x3f);
        }
    }
}
