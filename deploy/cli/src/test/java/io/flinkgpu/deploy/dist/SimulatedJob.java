package io.flinkgpu.deploy.dist;

import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Shape;
import io.flinkgpu.state.CheckpointDefaults;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** A job of a process of its own: a simulated model echoes numbers, on RocksDB. */
public final class SimulatedJob {

    static final int ROWS = 1_000;

    private SimulatedJob() {}

    /** Prints how many rows came out. */
    public static void main(String[] args) throws Exception {
        Configuration settings =
                new Configuration().set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, args[0]);
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment(
                        CheckpointDefaults.complete(settings));
        environment.setParallelism(1);
        int rows = 0;
        try (CloseableIterator<Long> answers =
                Inference.on(environment.fromSequence(1, ROWS))
                        .model(
                                SimulatedModel.named("echo")
                                        .ofRows(DataType.INT64, Shape.scalar())
                                        .ref())
                        .encode((row, writer) -> writer.longs("", Shape.scalar(), row))
                        .decode((row, answer) -> answer.longs()[0])
                        .apply("echo")
                        .returns(Types.LONG)
                        .executeAndCollect()) {
            while (answers.hasNext()) {
                answers.next();
                rows++;
            }
        }
        System.out.println("rows=" + rows);
    }
}
