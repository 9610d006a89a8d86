package io.flinkgpu.inference.python;

import static io.flinkgpu.inference.python.PythonModels.batch;

import io.flinkgpu.inference.tensor.TensorBatch;
import java.io.BufferedReader;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A JVM that has a worker, a child of it, and a run that does not end. */
final class OrphanedWorker {

    private static final String MARK = "processes:";

    private OrphanedWorker() {}

    public static void main(String[] args) throws Exception {
        try (PythonModels models = new PythonModels()) {
            LoadedPythonModel model = models.load("WithChild");
            try (TensorBatch answer = PythonModels.run(model, batch(0))) {
                System.out.println(
                        MARK
                                + answer.tensor("pid").toLongs()[0]
                                + ","
                                + answer.tensor("child").toLongs()[0]);
            }
            PythonModels.run(model, batch(7)).close();
        }
    }

    /** The processes that it says it has. */
    static List<Long> readPids(BufferedReader output) throws Exception {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            int mark = line.indexOf(MARK);
            if (mark >= 0) {
                return Arrays.stream(line.substring(mark + MARK.length()).split(","))
                        .map(Long::valueOf)
                        .collect(Collectors.toList());
            }
        }
        return List.of();
    }
}
