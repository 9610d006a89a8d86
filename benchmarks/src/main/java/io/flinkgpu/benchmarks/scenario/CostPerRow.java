package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.BenchCluster;
import io.flinkgpu.benchmarks.flink.IndexedRows;
import io.flinkgpu.benchmarks.flink.Throughput;
import io.flinkgpu.benchmarks.harness.SignificantDigits;
import io.flinkgpu.benchmarks.harness.Summary;
import io.flinkgpu.benchmarks.model.BenchModel;
import io.flinkgpu.inference.TensorDecoder;
import io.flinkgpu.inference.TensorEncoder;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelDevice;
import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelUse;
import io.flinkgpu.inference.tensor.DirectBufferPool;
import io.flinkgpu.inference.tensor.Tensor;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.inference.tensor.TensorBatchBuilder;
import io.flinkgpu.inference.tensor.TensorRow;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Finds out where the time of a row goes, in microseconds.
 *
 * <p>Whole: {@code job}, {@code bareLoop} and the difference, {@code overhead}. Jobs with something
 * left out: {@code sourceAndNetwork} has no inference, {@code jobWithoutModel} a model that answers
 * at once. Steps, one batch at a time on the process's model host: {@code encode}, {@code
 * queueWait} (until an idle model thread starts), {@code run} (with the copies into and out of
 * TensorFlow), {@code decode}. A job's source, operator and model have a thread each, so that the
 * steps overlap and do not add up to the job's time.
 */
final class CostPerRow {

    private static final Duration LINGER = Duration.ofSeconds(1);
    private static final int PARTS_OF_LENGTH = 3;

    private final BenchCluster cluster;
    private final BenchModel model;
    private final int batchSize;
    private final Duration length;
    private final TensorEncoder<Tensor> encoder = InferenceStage.encoder();
    private final TensorDecoder<Tensor, Integer> decoder;
    private final Tensor[] rows;

    private long ran;
    private long encodeNanos;
    private long queueNanos;
    private long runNanos;
    private long decodeNanos;

    /**
     * @param length of a measured run; each part is measured for a third of it
     */
    CostPerRow(BenchCluster cluster, BenchModel model, int batchSize, Duration length) {
        this.cluster = cluster;
        this.model = model;
        this.batchSize = batchSize;
        this.length = length.dividedBy(PARTS_OF_LENGTH);
        this.decoder = InferenceStage.decoder(model);
        this.rows = IndexedRows.tensors(model);
    }

    /** All of it by name. */
    Map<String, Double> measure(Summary job, Summary bareLoop) throws Exception {
        Map<String, Double> micros = new LinkedHashMap<>();
        micros.put("job", ofRate(job.median()));
        micros.put("bareLoop", ofRate(bareLoop.median()));
        micros.put("overhead", ofRate(job.median()) - ofRate(bareLoop.median()));
        micros.put("sourceAndNetwork", ofJob(source -> source.rebalance().map(row -> 0)));
        micros.put("jobWithoutModel", ofJob(InferenceStage.withInstantModel(batchSize)));
        measureSteps();
        micros.put("encode", perRow(encodeNanos));
        micros.put("queueWait", perRow(queueNanos));
        micros.put("run", perRow(runNanos));
        micros.put("decode", perRow(decodeNanos));
        micros.replaceAll((name, value) -> SignificantDigits.round(value));
        return micros;
    }

    private double ofJob(Throughput.Stage stage) throws Exception {
        Throughput job = new Throughput(cluster, model, 1, stage);
        job.measure(length);
        return ofRate(job.measure(length));
    }

    private void measureSteps() throws Exception {
        try (ModelClient client =
                ModelHost.ofProcess()
                        .acquire(
                                model.reference(),
                                ModelDevice.cpu(),
                                new ModelUse(batchSize, 1, LINGER))) {
            client.ready().get();
            runFor(client, length);
            forget();
            runFor(client, length);
        }
    }

    private void runFor(ModelClient client, Duration time) throws Exception {
        long end = System.nanoTime() + time.toNanos();
        do {
            runBatch(client);
        } while (System.nanoTime() < end);
    }

    private void runBatch(ModelClient client) throws Exception {
        long start = System.nanoTime();
        TensorBatch batch = encode();
        encodeNanos += System.nanoTime() - start;
        InferenceResult result = client.infer(batch).get();
        queueNanos += result.queueNanos();
        runNanos += result.runNanos();
        long answered = System.nanoTime();
        try (TensorBatch outputs = result.outputs()) {
            decode(outputs);
        }
        decodeNanos += System.nanoTime() - answered;
        ran += batchSize;
    }

    private TensorBatch encode() throws Exception {
        TensorBatchBuilder builder =
                new TensorBatchBuilder(DirectBufferPool.ofProcess(), batchSize);
        for (int i = 0; i < batchSize; i++) {
            Tensor row = rows[(int) ((ran + i) % rows.length)];
            if (!builder.tryAppend(writer -> encoder.encode(row, writer))) {
                throw new IllegalStateException("Cannot encode row: its batch refused it.");
            }
        }
        return builder.build();
    }

    private void decode(TensorBatch outputs) throws Exception {
        TensorRow answer = new TensorRow(outputs);
        for (int i = 0; i < batchSize; i++) {
            int unused = decoder.decode(rows[0], answer.moveTo(i));
        }
    }

    private void forget() {
        ran = 0;
        encodeNanos = 0;
        queueNanos = 0;
        runNanos = 0;
        decodeNanos = 0;
    }

    private double perRow(long nanos) {
        return (double) nanos / ran / TimeUnit.MICROSECONDS.toNanos(1);
    }

    private static double ofRate(double rowsPerSecond) {
        return TimeUnit.SECONDS.toMicros(1) / rowsPerSecond;
    }
}
