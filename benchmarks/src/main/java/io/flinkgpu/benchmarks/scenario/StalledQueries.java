package io.flinkgpu.benchmarks.scenario;

import io.flinkgpu.benchmarks.flink.Arrivals;
import io.flinkgpu.benchmarks.sql.PredictStatements;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.model.simulated.SimulatedModel;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/** A table with a model against {@code ML_PREDICT}, both in INSERT statements over numbers. */
final class StalledQueries implements StalledJobs {

    private static final Map<String, String> BLACKHOLE = Map.of("connector", "blackhole");

    @Override
    public BooleanSupplier defineOurs(
            StreamExecutionEnvironment environment, String name, Duration stall) {
        StreamTableEnvironment tables = withNumbers(environment, name);
        Map<String, String> model = modelOptions(name, stall);
        model.put("capacity", String.valueOf(CAPACITY));
        tables.executeSql(PredictStatements.createInferenceTable(model, BLACKHOLE));
        insert(tables, "INSERT INTO inferred_rows (features) SELECT features FROM numbers");
        return new Standstill(name, stall);
    }

    @Override
    public BooleanSupplier definePeers(
            StreamExecutionEnvironment environment, String name, Duration stall) {
        StreamTableEnvironment tables = withNumbers(environment, name);
        tables.executeSql(PredictStatements.createModel("flink-gpu", modelOptions(name, stall)));
        tables.executeSql(PredictStatements.createResults(BLACKHOLE));
        insert(
                tables,
                "INSERT INTO inferred_rows SELECT features, scores FROM ML_PREDICT(TABLE numbers, MODEL network, DESCRIPTOR(features), MAP['max-concurrent-operations', '%d', 'output-mode', 'ALLOW_UNORDERED'])"
                        .formatted(CAPACITY));
        return new Standstill(name, stall);
    }

    @Override
    public Map<String, Object> settings() {
        return Map.of(
                "peer", "ML_PREDICT of Flink 2.3 with the same model of the provider flink-gpu");
    }

    private static StreamTableEnvironment withNumbers(
            StreamExecutionEnvironment environment, String name) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        // Not datagen: it is a source function, which lets no checkpoint begin while it emits.
        DataStream<Float> numbers =
                environment
                        .fromSequence(0, Long.MAX_VALUE)
                        .map(
                                number -> {
                                    Arrivals.count(name);
                                    return number.floatValue();
                                });
        tables.createTemporaryView("sequence", tables.fromDataStream(numbers).as("number"));
        tables.executeSql(
                "CREATE TEMPORARY VIEW numbers AS SELECT ARRAY[number] AS features FROM sequence");
        return tables;
    }

    private static Map<String, String> modelOptions(String name, Duration stall) {
        ModelRef model = SimulatedModel.named(name).taking(stall, Duration.ZERO).ref();
        Map<String, String> options = new LinkedHashMap<>();
        options.put("location", model.location());
        options.put("runtime", model.runtime());
        options.put("batch.max-size", String.valueOf(CAPACITY));
        model.options().forEach((key, value) -> options.put("model-option." + key, value));
        return options;
    }

    private static void insert(StreamTableEnvironment tables, String statement) {
        tables.createStatementSet().addInsertSql(statement).attachAsDataStream();
    }

    /** Rows have come, and none for half a stall: every place is taken, and every buffer full. */
    private static final class Standstill implements BooleanSupplier {

        private final String job;
        private final long longEnoughNanos;
        private long rows;
        private long sinceNanos = System.nanoTime();

        Standstill(String job, Duration stall) {
            this.job = job;
            this.longEnoughNanos = stall.toNanos() / 2;
        }

        @Override
        public boolean getAsBoolean() {
            long now = System.nanoTime();
            if (Arrivals.of(job) != rows) {
                rows = Arrivals.of(job);
                sinceNanos = now;
            }
            return rows > 0 && now - sinceNanos > longEnoughNanos;
        }
    }
}
