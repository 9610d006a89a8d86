package io.flinkgpu.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkgpu.inference.model.ModelHost;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.server.ReplicaLease;
import io.flinkgpu.inference.pool.server.ReplicaRequest;
import io.flinkgpu.inference.pool.server.ReplicaServer;
import io.flinkgpu.inference.pool.server.ReplicaServerConfig;
import io.flinkgpu.resources.lease.DeviceLeaseTable;
import io.flinkgpu.table.model.CreateModelStatement;
import io.flinkgpu.table.model.ModelLook;
import io.flinkgpu.table.model.TableModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.api.config.ExecutionConfigOptions;
import org.apache.flink.table.types.DataType;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.CloseableIterator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqlModelITCase {

    private static final String LATEST =
            "CREATE TEMPORARY VIEW latest AS SELECT MAX(id) AS id, ARRAY[CAST(MAX(id) AS FLOAT), CAST(1 AS FLOAT)] AS x FROM pairs";

    @RegisterExtension
    static final MiniClusterExtension CLUSTER =
            new MiniClusterExtension(
                    new MiniClusterResourceConfiguration.Builder()
                            .setNumberTaskManagers(1)
                            .setNumberSlotsPerTaskManager(2)
                            .build());

    @TempDir static Path models;

    @TempDir Path output;

    private StreamTableEnvironment sql;

    @BeforeEach
    void openSession() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(1);
        sql = StreamTableEnvironment.create(env);
        run("LOAD MODULE `flink-gpu`");
        view(
                "pairs",
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT()),
                        DataTypes.FIELD("x", DataTypes.ARRAY(DataTypes.FLOAT()))),
                Row.of(1, new Float[] {1f, 2f}),
                Row.of(2, new Float[] {3f}),
                Row.of(3, new Float[] {5f, 6f}));
    }

    @Test
    void givesSeveralColumnsToSeveralInputsAndBack() throws Exception {
        run(
                """
                CREATE TEMPORARY MODEL several
                  INPUT (amounts ARRAY<FLOAT>, n BIGINT, flag BOOLEAN)
                  OUTPUT (squared BIGINT, `all` ROW<negated BOOLEAN, d ARRAY<DOUBLE>>, split ROW<a FLOAT, b FLOAT>)
                  WITH ('provider' = 'flink-gpu', 'location' = '%s', 'input.x' = 'amounts',
                        'output.all.d' = 'doubled', 'output.split' = 'doubled')
                """
                        .formatted(SqlModels.several(models)));

        run(
                "CREATE TEMPORARY VIEW numbers AS SELECT ARRAY[CAST(1 AS FLOAT), CAST(2.5 AS FLOAT)] AS v, 7 AS k, TRUE AS f");

        assertThat(
                        rows(
                                """
                                SELECT squared, `all`, split FROM ML_PREDICT(
                                  TABLE numbers,
                                  MODEL several, DESCRIPTOR(v, k, f))
                                """))
                .containsExactly(
                        Row.of(49L, Row.of(false, new Double[] {2.0, 5.0}), Row.of(2f, 5f)));
    }

    @Test
    void runsTheStatementThatDescribesAModel() throws Exception {
        String location = SqlModels.several(models).toString();
        run(
                CreateModelStatement.of(
                                "described",
                                ModelLook.of(
                                        TableModelConfig.from(
                                                Map.of("location", location), new Configuration())))
                        .with("location", location)
                        .sql());
        run(
                "CREATE TEMPORARY VIEW single AS SELECT ARRAY[CAST(1 AS FLOAT), 2] AS v, CAST(7 AS BIGINT) AS k, TRUE AS f");

        assertThat(
                        rows(
                                "SELECT doubled, squared, negated FROM ML_PREDICT(TABLE single, MODEL described, DESCRIPTOR(v, k, f))"))
                .containsExactly(Row.of(new Float[] {2f, 4f}, 49L, false));
    }

    @Test
    void asksAPool() throws Exception {
        ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
        ReplicaServer server =
                new ReplicaServer(
                        ReplicaServerConfig.from(new Configuration(), "localhost"),
                        ModelHost.ofProcess(),
                        new DeviceLeaseTable(),
                        timer);
        try (ReplicaLease replica =
                server.lease(
                        new ReplicaRequest(
                                "pool",
                                Map.of(
                                        "doubling",
                                        ModelRef.onnx(SqlModels.doubling(models).toString())),
                                8,
                                1,
                                null),
                        List.of(),
                        "test")) {
            replica.ready().get(30, TimeUnit.SECONDS);
            run(
                    """
                    CREATE TEMPORARY MODEL doubling INPUT (x ARRAY<FLOAT>) OUTPUT (y ARRAY<FLOAT>)
                      WITH ('provider' = 'flink-gpu', 'location' = 'doubling', 'pools' = 'static://%s', 'on-error' = 'null')
                    """
                            .formatted(server.address().orElseThrow()));

            assertThat(
                            rows(
                                    "SELECT id, y FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))"))
                    .containsExactlyInAnyOrder(
                            Row.of(1, new Float[] {2f, 4f}),
                            Row.of(2, null),
                            Row.of(3, new Float[] {10f, 12f}));
        } finally {
            server.drain().get(30, TimeUnit.SECONDS);
            timer.shutdownNow();
        }
    }

    @Test
    void readsDigits() throws Exception {
        view(
                "images",
                DataTypes.ROW(
                        DataTypes.FIELD("id", DataTypes.INT()),
                        DataTypes.FIELD("pixels", DataTypes.ARRAY(DataTypes.FLOAT()))),
                Row.of(1, blank()),
                Row.of(2, blank()));
        run(
                """
                CREATE TEMPORARY MODEL digits
                  INPUT (pixels ARRAY<FLOAT>) OUTPUT (label BIGINT, probabilities ARRAY<FLOAT>)
                  WITH ('provider' = 'flink-gpu', 'location' = '%s')
                """
                        .formatted(SqlModels.digits()));

        List<Row> rows =
                rows(
                        "SELECT id, top_k(probabilities, 1)[1].index = label, tensor_shape(probabilities)"
                                + " FROM ML_PREDICT(TABLE images, MODEL digits, DESCRIPTOR(pixels))");

        assertThat(rows)
                .containsExactlyInAnyOrder(
                        Row.of(1, true, new Integer[] {10}), Row.of(2, true, new Integer[] {10}));
    }

    @Test
    void sendsFailedRowsToATableOfTheirOwn() throws Exception {
        doubling(
                "ARRAY<FLOAT>",
                ", error ROW<class STRING, message STRING, attempts INT>",
                "'error-column' = 'error'");
        csv("good", "id INT, y0 FLOAT, y1 FLOAT");
        csv("bad", "id INT, class STRING, message STRING, attempts INT");
        run(
                "CREATE TEMPORARY VIEW predicted AS SELECT * FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))");

        StatementSet statements =
                sql.createStatementSet()
                        .addInsertSql(
                                "INSERT INTO good SELECT id, y[1], y[2] FROM predicted WHERE error IS NULL")
                        .addInsertSql(
                                "INSERT INTO bad SELECT id, error.class, error.message, error.attempts FROM predicted WHERE error IS NOT NULL");
        String plan = optimized(statements.explain());
        statements.execute().await();

        assertThat(plan).containsOnlyOnce("MLPredictTableFunction(");

        assertThat(lines("good")).containsExactlyInAnyOrder("1,2.0,4.0", "3,10.0,12.0");
        assertThat(lines("bad"))
                .containsExactly(
                        "2,DATA,\"Invalid value of column 'x': it has 1 elements. Input 'x' takes [2] of float32.\",0");
    }

    @Test
    void doesToFailedRowsWhatTheModelSays() throws Exception {
        String query =
                "SELECT id, s.a, s.b FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))";
        String type = "s ROW<a FLOAT, b FLOAT>";

        model("doubling", "x ARRAY<FLOAT>", type, "'on-error' = 'null'");
        assertThat(rows(query))
                .containsExactlyInAnyOrder(
                        Row.of(1, 2f, 4f), Row.of(2, null, null), Row.of(3, 10f, 12f));

        model("doubling", "x ARRAY<FLOAT>", type);
        assertThat(failure(() -> rows(query)))
                .contains(
                        "Cannot infer row: Invalid value of column 'x': it has 1 elements. Input 'x' takes [2] of float32.");
    }

    @Test
    void givesFailedRowsTheirDefaults() throws Exception {
        run(
                """
                CREATE TEMPORARY MODEL several
                  INPUT (x ARRAY<FLOAT>, n BIGINT, flag BOOLEAN) OUTPUT (squared BIGINT, negated BOOLEAN)
                  WITH ('provider' = 'flink-gpu', 'location' = '%s', 'on-error' = 'default', 'default.squared' = '-1')
                """
                        .formatted(SqlModels.several(models)));
        run(
                "CREATE TEMPORARY VIEW more AS SELECT id, x, CAST(id AS BIGINT) AS n, TRUE AS f FROM pairs");

        assertThat(
                        rows(
                                "SELECT id, squared, negated FROM ML_PREDICT(TABLE more, MODEL several, DESCRIPTOR(x, n, f), MAP['async', 'false'])"))
                .containsExactlyInAnyOrder(
                        Row.of(1, 1L, false), Row.of(2, -1L, null), Row.of(3, 9L, false));
    }

    @Test
    void waitsForNoRowsThatFlinkHoldsBack() throws Exception {
        model(
                "doubling",
                "x ARRAY<FLOAT>",
                "y ARRAY<FLOAT>",
                "'batch.max-size' = '64'",
                "'batch.max-delay' = '1 h'");
        run("CREATE TEMPORARY VIEW good AS SELECT * FROM pairs WHERE id <> 2");
        String query =
                "SELECT id, y[1] FROM ML_PREDICT(TABLE good, MODEL doubling, DESCRIPTOR(x), MAP['max-concurrent-operations', '2', 'output-mode', 'ALLOW_UNORDERED'])";

        assertThat(rows(query)).containsExactlyInAnyOrder(Row.of(1, 2f), Row.of(3, 10f));
    }

    @Test
    void refusesStatementsThatDoNotFitTheModel() throws Exception {
        model("doubling", "x ARRAY<DOUBLE>", "y ARRAY<INT>", "'batch.max-sise' = '3'");
        String query = "SELECT * FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))";
        assertThat(failure(() -> rows(query)))
                .contains("Invalid option 'batch.max-sise': there is none of that name.");

        model("doubling", "x ARRAY<DOUBLE>", "y ARRAY<INT>");
        assertThat(failure(() -> rows(query)))
                .contains(
                        "Cannot use model default_catalog.default_database.doubling: Invalid type of column 'x': ARRAY<DOUBLE>. The model's input 'x' takes [-1, 2] float32: declare the column ARRAY<FLOAT> and CAST what goes in. Invalid type of column 'y': ARRAY<INT>. The model's output 'y' gives [-1, 2] float32: declare the column ARRAY<FLOAT>. What fits: INPUT (`x` ARRAY<FLOAT>) OUTPUT (`y` ARRAY<FLOAT>).");
    }

    @Test
    void refusesArgumentsThatLoseDigits() throws Exception {
        model("doubling", "x ARRAY<FLOAT>", "y ARRAY<FLOAT>");
        run("CREATE TEMPORARY VIEW longs AS SELECT ARRAY[CAST(1 AS BIGINT), 2] AS v");

        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT y FROM ML_PREDICT(TABLE longs, MODEL doubling, DESCRIPTOR(v))")))
                .contains("Invalid type of column 'x': ARRAY<BIGINT");
    }

    /** Flink lets only inserts into ML_PREDICT; see docs/sql.md. */
    @Test
    void predictsInFrontOfAnUpdatingQuery() throws Exception {
        model("doubling", "x ARRAY<FLOAT>", "y ARRAY<FLOAT>", "'on-error' = 'null'");
        run(LATEST);

        assertThat(
                        materialized(
                                "SELECT MAX(y[1]) FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))"))
                .containsExactly(Row.of(10f));
        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT * FROM ML_PREDICT(TABLE latest, MODEL doubling, DESCRIPTOR(x))")))
                .contains("StreamPhysicalMLPredictTableFunction doesn't support consuming update");
    }

    @Test
    void predictsBehindAnUpdatingQueryInASelect() throws Exception {
        String model = SqlModels.doubling(models).toString();
        run(LATEST);

        assertThat(materialized("SELECT id, gpu_infer('%s', x)[1] FROM latest".formatted(model)))
                .containsExactly(Row.of(3, 6f));
        sql.getConfig().set("table.optimizer.non-deterministic-update.strategy", "TRY_RESOLVE");
        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT SUM(y) FROM (SELECT gpu_infer('%s', x)[1] AS y FROM latest)"
                                                        .formatted(model))))
                .contains("generated by non-deterministic function: gpu_infer");
    }

    @Test
    void asksAModelInASelect() throws Exception {
        String several = SqlModels.several(models).toString();

        assertThat(
                        rows(
                                """
                                SELECT r.squared, r.doubled FROM (
                                  SELECT gpu_infer('%s?outputs=squared,doubled', x, CAST(id AS BIGINT), TRUE) AS r
                                  FROM pairs WHERE id <> 2)
                                """
                                        .formatted(several)))
                .containsExactlyInAnyOrder(
                        Row.of(1L, new Float[] {2f, 4f}), Row.of(9L, new Float[] {10f, 12f}));
        assertThat(
                        rows(
                                "SELECT gpu_infer('%s?on-error=null', x) FROM pairs"
                                        .formatted(SqlModels.doubling(models))))
                .containsExactlyInAnyOrder(
                        Row.of((Object) new Float[] {2f, 4f}),
                        Row.of((Object) null),
                        Row.of((Object) new Float[] {10f, 12f}));
    }

    /** Flink hands over the same row and the same arrays again and again. */
    @Test
    void keepsRowsApartWhereObjectsAreReused() throws Exception {
        sql.getConfig().set(PipelineOptions.OBJECT_REUSE, true);
        sql.getConfig()
                .set(
                        ExecutionConfigOptions
                                .TABLE_EXEC_ASYNC_ML_PREDICT_MAX_CONCURRENT_OPERATIONS,
                        64);
        model("doubling", "x ARRAY<FLOAT>", "y ARRAY<FLOAT>", "'batch.max-size' = '16'");
        run(
                "CREATE TEMPORARY TABLE ids (id BIGINT) WITH ('connector' = 'datagen', 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '500')");
        run(
                "CREATE TEMPORARY VIEW sequences AS SELECT id, ARRAY[CAST(id AS FLOAT), CAST(-id AS FLOAT)] AS x FROM ids");
        List<Row> expected =
                LongStream.rangeClosed(1, 500)
                        .mapToObj(id -> Row.of(id, new Float[] {2f * id, -2f * id}))
                        .toList();

        assertThat(
                        rows(
                                "SELECT id, y FROM ML_PREDICT(TABLE sequences, MODEL doubling, DESCRIPTOR(x))"))
                .containsExactlyElementsOf(expected);
        assertThat(
                        rows(
                                "SELECT id, gpu_infer('%s', x) FROM sequences"
                                        .formatted(SqlModels.doubling(models))))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void refusesWrongArgumentsOfFunctionsByTheirNames() throws Exception {
        String doubling = SqlModels.doubling(models).toString();

        assertThat(failure(() -> rows("SELECT gpu_infer(CAST(id AS STRING), x) FROM pairs")))
                .contains("Invalid argument 'model' of gpu_infer: ");
        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT gpu_infer('%s', x, id) FROM pairs"
                                                        .formatted(doubling))))
                .contains(
                        "Invalid argument 'column' of gpu_infer: 2 columns. The model takes 1: [x [-1, 2] float32].");
        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT gpu_infer('%s?outputs=z', x) FROM pairs"
                                                        .formatted(doubling))))
                .contains("Invalid argument 'model' of gpu_infer: outputs=z. The model has [y].");
        assertThat(
                        failure(
                                () ->
                                        rows(
                                                "SELECT gpu_infer('%s', x, MAP['version', '1']) FROM pairs"
                                                        .formatted(doubling))))
                .contains("Write options behind the model");
        assertThat(failure(() -> rows("SELECT top_k(x, 0) FROM pairs")))
                .contains("Invalid argument 'k' of top_k: 0. It must be at least 1.");
        assertThat(failure(() -> rows("SELECT top_k(id, 1) FROM pairs")))
                .contains(
                        "Invalid argument 'array' of top_k: INT. It must be an ARRAY of numbers.");
        assertThat(failure(() -> rows("SELECT cosine_similarity(x, 'a') FROM pairs")))
                .contains("Invalid argument 'second' of cosine_similarity: ");
        assertThat(failure(() -> rows("SELECT tensor_shape(id) FROM pairs")))
                .contains("Invalid argument 'array' of tensor_shape: INT. It must be an ARRAY.");
    }

    @Test
    void computesOnArrays() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT cosine_similarity(ARRAY[3, 4], ARRAY[4.0e0, 3.0e0]),
                                       cosine_similarity(ARRAY[0, 0], ARRAY[1, 1]),
                                       top_k(ARRAY[1, 9, 9, 4], 3),
                                       top_k(ARRAY[1.5e0, CAST('NaN' AS DOUBLE)], 9),
                                       tensor_shape(ARRAY[ARRAY[1, 2, 3], ARRAY[4, 5, 6]])
                                """))
                .containsExactly(
                        Row.of(
                                0.96,
                                null,
                                new Row[] {Row.of(1, 9), Row.of(2, 9), Row.of(3, 4)},
                                new Row[] {Row.of(0, 1.5), Row.of(1, Double.NaN)},
                                new Integer[] {2, 3}));
    }

    private static String optimized(String plan) {
        return plan.substring(plan.indexOf("== Optimized Execution Plan =="));
    }

    private static Float[] blank() {
        Float[] pixels = new Float[32 * 32];
        Arrays.fill(pixels, 1f);
        return pixels;
    }

    private void doubling(String input, String moreOutputs, String option) throws IOException {
        model("doubling", "x " + input, "y ARRAY<FLOAT>" + moreOutputs, option);
    }

    private void model(String name, String inputs, String outputs, String... options)
            throws IOException {
        run("DROP TEMPORARY MODEL IF EXISTS " + name);
        List<String> all = new ArrayList<>();
        all.add("'provider' = 'flink-gpu'");
        all.add("'location' = '%s'".formatted(SqlModels.doubling(models)));
        all.addAll(List.of(options));
        run(
                "CREATE TEMPORARY MODEL %s INPUT (%s) OUTPUT (%s) WITH (%s)"
                        .formatted(name, inputs, outputs, String.join(", ", all)));
    }

    private void csv(String table, String columns) {
        run(
                "CREATE TEMPORARY TABLE %s (%s) WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'csv')"
                        .formatted(table, columns, output.resolve(table).toUri()));
    }

    private List<String> lines(String table) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(output.resolve(table))) {
            for (Path file : files.toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    private void view(String name, DataType type, Row... rows) {
        sql.createTemporaryView(name, sql.fromValues(type, (Object[]) rows));
    }

    private void run(String statement) {
        sql.executeSql(statement);
    }

    private List<Row> rows(String query) throws Exception {
        List<Row> rows = new ArrayList<>();
        try (CloseableIterator<Row> iterator = sql.executeSql(query).collect()) {
            iterator.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** What is left of a query's changes. */
    private List<Row> materialized(String query) throws Exception {
        List<Row> left = new ArrayList<>();
        for (Row change : rows(query)) {
            RowKind kind = change.getKind();
            change.setKind(RowKind.INSERT);
            if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
                left.add(change);
            } else {
                assertThat(left.remove(change)).as("retracts %s", change).isTrue();
            }
        }
        return left;
    }

    /** The messages of a failure and its causes; null if nothing fails. */
    private static String failure(ThrowingCallable action) {
        Throwable failure = catchThrowable(action);
        if (failure == null) {
            return null;
        }
        StringBuilder messages = new StringBuilder();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            messages.append(cause.getMessage()).append('\n');
        }
        return messages.toString();
    }
}
