package io.flinkgpu.benchmarks.sql;

import io.flinkgpu.benchmarks.flink.Throughput;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.UserDefinedFunction;

/**
 * A query as a job to measure; its results leave it as SQL has them, without a conversion.
 *
 * @param functions that it calls, by name
 * @param statements that come before it; {@code ${rows}} stands for the number of rows
 * @param query an insert-only SELECT
 */
@Internal
public record SqlQuery(
        Map<String, UserDefinedFunction> functions, List<String> statements, String query)
        implements Throughput.Job {

    static final String ROWS = "${rows}";

    /** A query that calls no functions but Flink's and those of its modules. */
    public SqlQuery(List<String> statements, String query) {
        this(Map.of(), statements, query);
    }

    @Override
    public DataStream<?> define(StreamExecutionEnvironment environment, long rows) {
        StreamTableEnvironment tables = StreamTableEnvironment.create(environment);
        functions.forEach(tables::createTemporarySystemFunction);
        for (String statement : statements) {
            tables.executeSql(statement.replace(ROWS, Long.toString(rows)));
        }
        Table results = tables.sqlQuery(query);
        return tables.toDataStream(
                results,
                results.getResolvedSchema().toPhysicalRowDataType().bridgedTo(RowData.class));
    }
}
