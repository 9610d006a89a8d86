package io.flinkgpu.benchmarks.chaos;

import io.flinkgpu.benchmarks.load.LoadSpec;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.faulty.FaultInjection;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.python.PythonModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** An echo that runs in some runtime, takes time, and finds one row in a hundred to be poison. */
enum ChaosModel {
    /** Runs nothing. */
    SIMULATED {
        @Override
        ModelRef echo(Path directory) {
            return SimulatedModel.named("echo")
                    .ofRows(DataType.FLOAT32, Shape.of(WIDTH))
                    .taking(TIME, TIME_OF_A_ROW)
                    .ref();
        }
    },

    /** A Python class, whose workers can be killed. */
    PYTHON {
        @Override
        ModelRef echo(Path directory) throws IOException {
            Path code = directory.resolve(CODE);
            try (InputStream resource = ChaosModel.class.getResourceAsStream(CODE)) {
                Files.copy(resource, code);
            }
            ModelRef echo =
                    PythonModel.of(code + ":Echo")
                            .argument("width", WIDTH)
                            .argument("seconds", seconds(TIME))
                            .argument("seconds_per_row", seconds(TIME_OF_A_ROW))
                            .ref();
            return LoadSpec.echo(echo);
        }

        @Override
        List<Disruption.Kind> kinds() {
            return Collections.nCopies(WORKERS_SHARE, Disruption.Kind.KILL_WORKER);
        }
    };

    /** Floats of a row. */
    static final int WIDTH = 16;

    /** Of the rows. */
    static final double POISON_SHARE = 0.01;

    private static final Duration TIME = Duration.ofMillis(5);
    private static final Duration TIME_OF_A_ROW = Duration.ofNanos(100_000);

    /** As often as four of the others. */
    private static final int WORKERS_SHARE = 4;

    private static final String CODE = "echo.py";

    /**
     * The model, disturbed by what a directory says.
     *
     * @param directory for what it consists of, which all task managers see
     */
    ModelRef ref(Path directory, Path faults) throws IOException {
        return FaultInjection.into(echo(directory), faults).withPoison(POISON_SHARE).ref();
    }

    /** As people write it. */
    String text() {
        return toString().toLowerCase(Locale.ROOT);
    }

    /** What may go wrong with it, beside what may go wrong with every model. */
    List<Disruption.Kind> kinds() {
        return List.of();
    }

    abstract ModelRef echo(Path directory) throws IOException;

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
