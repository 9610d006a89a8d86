package io.flinkgpu.table.gateway;

import java.util.List;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.functions.ScalarFunction;

/** A user's program: predictions by SQL, and a function of its own around them. */
public final class JarredSqlJob {

    static final String PREDICTION =
            "SELECT id, y[1] + y[2] FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))";

    private JarredSqlJob() {}

    /** What makes the model and the table that it reads. */
    static List<String> statements(String model) {
        return List.of(
                "LOAD MODULE `flink-gpu`",
                """
                CREATE TEMPORARY MODEL doubling INPUT (x ARRAY<FLOAT>) OUTPUT (y ARRAY<FLOAT>)
                  WITH ('provider' = 'flink-gpu', 'location' = '%s')
                """
                        .formatted(model),
                """
                CREATE TEMPORARY VIEW pairs AS
                  SELECT id, ARRAY[CAST(id AS FLOAT), CAST(id + 1 AS FLOAT)] AS x FROM (VALUES (1), (2), (3)) AS t (id)
                """);
    }

    /** Half of a number. */
    public static final class Halved extends ScalarFunction {

        /** Called by Flink. */
        public Float eval(Float number) {
            return number / 2;
        }
    }

    /** Runs the job to its end; the argument is the model's file. */
    public static void main(String[] arguments) throws Exception {
        TableEnvironment sql = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
        statements(arguments[0]).forEach(sql::executeSql);
        sql.createTemporaryFunction("halved", Halved.class);
        sql.executeSql(
                "CREATE TEMPORARY TABLE nothing (id INT, y FLOAT) WITH ('connector' = 'blackhole')");
        sql.executeSql(
                        "INSERT INTO nothing SELECT id, halved(y[1]) FROM ML_PREDICT(TABLE pairs, MODEL doubling, DESCRIPTOR(x))")
                .await();
    }
}
