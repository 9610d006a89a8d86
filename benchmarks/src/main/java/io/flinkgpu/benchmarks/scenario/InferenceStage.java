package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.benchmarks.model.BestClass;
import io.flinkgpu.inference.Batching;
import io.flinkgpu.inference.Inference;
import io.flinkgpu.inference.OutputMode;
import io.flinkgpu.inference.ResultReuse;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import io.flinkgpu.inference.tensor.DataType;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorRowWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Our inference of tensor rows, as a job would use it: best class of each row, unordered. */
final class InferenceStage implements Throughput.Stage {

    private final ModelRef model;
    private final int batchSize;
    private final TensorDecoder<Tensor, Integer> decoder;
    private final boolean reusesAnswers;

    private InferenceStage(ModelRef model, int batchSize, TensorDecoder<Tensor, Integer> decoder) {
        this(model, batchSize, decoder, false);
    }

    private InferenceStage(
            ModelRef model,
            int batchSize,
            TensorDecoder<Tensor, Integer> decoder,
            boolean reusesAnswers) {
        this.model = model;
        this.batchSize = batchSize;
        this.decoder = decoder;
        this.reusesAnswers = reusesAnswers;
    }

    /** The model itself. */
    static InferenceStage of(BenchModel model, int batchSize) {
        return of(model.reference(), model, batchSize);
    }

    /** The model in another format. */
    static InferenceStage of(ModelRef reference, BenchModel model, int batchSize) {
        return new InferenceStage(reference, batchSize, decoder(model));
    }

    /** The same stage around a model that answers at once: what is left is the stage's own cost. */
    static InferenceStage withInstantModel(int batchSize) {
        return new InferenceStage(
                SimulatedModel.named("instant").ref(),
                batchSize,
                (row, answer) -> answer.batchSize());
    }

    /** The same stage around an echo that takes so long for each row, and no processor. */
    static InferenceStage withSimulatedDevice(int batchSize, Duration perRow) {
        return new InferenceStage(
                SimulatedModel.named("device").taking(Duration.ZERO, perRow).ref(),
                batchSize,
                (row, answer) -> BestClass.of(answer.floats()));
    }

    /** The same stage with answers that are kept for rows that repeat. */
    InferenceStage reusingAnswers() {
        return new InferenceStage(model, batchSize, decoder, true);
    }

    static TensorEncoder<Tensor> encoder() {
        return (row, writer) ->
                writer.write(TensorRowWriter.ONLY_INPUT, DataType.FLOAT32, row.shape(), row.data());
    }

    static TensorDecoder<Tensor, Integer> decoder(BenchModel model) {
        String scores = model.scores();
        return (row, answer) -> BestClass.of(answer.floats(scores));
    }

    /** What reports say of this stage. */
    Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("batchSize", batchSize);
        settings.put("outputMode", OutputMode.UNORDERED.name());
        settings.put("checkpoints", "unaligned, every second, rocksdb");
        return settings;
    }

    @Override
    public SingleOutputStreamOperator<?> addTo(SingleOutputStreamOperator<Tensor> rows) {
        Inference<Tensor, Integer> inference =
                Inference.on(rows)
                        .model(model)
                        .encode(encoder())
                        .decode(decoder)
                        .batch(Batching.ofSize(batchSize))
                        .outputMode(OutputMode.UNORDERED);
        if (reusesAnswers) {
            inference.reuse(ResultReuse.on());
        }
        return inference.apply("infer");
    }
}
