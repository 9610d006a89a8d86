package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.annotation.Internal;

/**
 * A process that calls its own model host, as often as it is told to.
 *
 * <p>TensorFlow's threads belong to the process, and its first session decides how many they are:
 * only in a process of its own does the model run as in a replica.
 */
@Internal
public final class DirectProcess implements AutoCloseable {

    private static final String READY = "ready ";
    private static final String RATE = "rows/s ";

    private final ChildProcess process;

    private DirectProcess(ChildProcess process) {
        this.process = process;
    }

    /** Answers each batch size and duration on a line with a rate; called in the process. */
    public static void main(String[] arguments) throws Exception {
        Traffic traffic = traffic(arguments);
        ModelUse use = new ModelUse(traffic.mostRows(), 1, Duration.ZERO);
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (ModelClient client =
                ModelHost.ofProcess().acquire(traffic.model(), ModelDevice.cpu(), use)) {
            client.ready().get();
            System.out.println(READY);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                System.out.println(RATE + rowsPerSecond(traffic, client, line.split(" ", 2)));
            }
        }
        System.exit(0);
    }

    private static double rowsPerSecond(Traffic traffic, ModelClient client, String[] sizeAndLength)
            throws Exception {
        return traffic.rowsPerSecond(
                client,
                BatchSizes.fixed(Integer.parseInt(sizeAndLength[0])),
                Duration.parse(sizeAndLength[1]));
    }

    /** Starts the process and waits until its model is loaded. */
    static DirectProcess start(Traffic traffic, Path log) throws IOException {
        ChildProcess process = ChildProcess.start(DirectProcess.class, log, arguments(traffic));
        try {
            process.await(READY);
            return new DirectProcess(process);
        } catch (IOException failure) {
            process.close();
            throw failure;
        }
    }

    /** Rows that the model host answers in a second, in such batches; fails if one does. */
    double rowsPerSecond(int batchSize, Duration length) throws IOException {
        process.say(batchSize + " " + length);
        return Double.parseDouble(process.await(RATE));
    }

    @Override
    public void close() {
        process.close();
    }

    private static List<String> arguments(Traffic traffic) {
        List<String> arguments = new ArrayList<>();
        arguments.add(traffic.model().location());
        arguments.add(traffic.input());
        arguments.add(traffic.dataType().name());
        arguments.add(Integer.toString(traffic.inFlight()));
        for (int axis = 0; axis < traffic.shape().rank(); axis++) {
            arguments.add(Long.toString(traffic.shape().length(axis)));
        }
        return arguments;
    }

    private static Traffic traffic(String[] arguments) {
        int axes = 4;
        LongStream shape = Arrays.stream(arguments).skip(axes).mapToLong(Long::parseLong);
        return new Traffic(
                SeparatedOverhead.onOneThread(arguments[0]),
                arguments[1],
                DataType.valueOf(arguments[2]),
                Shape.of(shape.toArray()),
                Integer.parseInt(arguments[3]));
    }
}
