package io.flinkgpu.benchmarks.table;

import io.flinkgpu.connectors.iceberg.IcebergCatalog;
import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.connectors.iceberg.IcebergTableSink;
import io.flinkgpu.connectors.image.DecodedImage;
import io.flinkgpu.examples.Classification;
import io.flinkgpu.examples.DigitsJob;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.ParameterTool;

/**
 * {@link DigitsJob} with a table of Iceberg in place of files; takes the same arguments, and {@code
 * --warehouse}. Its rows, one for each time that an image is read, are in the table once.
 */
@Internal
public final class TableJob {

    /** The job's name. */
    public static final String NAME = "digits-to-table";

    private static final String TABLE = "benchmarks.digits";

    /** A row of the table; public for Flink's serializer of records. */
    public record Label(String file, int label) {}

    private TableJob() {}

    /** Defines the job and hands it to the Flink that the client names. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.getExecutionEnvironment();
        define(environment, ParameterTool.fromArgs(args));
        environment.execute(NAME);
    }

    /** Adds the job to an environment, with its settings. */
    static void define(StreamExecutionEnvironment environment, ParameterTool arguments) {
        environment.configure(DigitsJob.settings(arguments));
        SingleOutputStreamOperator<DecodedImage> images =
                DigitsJob.decode(DigitsJob.files(environment, arguments), arguments);
        SingleOutputStreamOperator<Classification> results = DigitsJob.classify(images, arguments);
        IcebergTableSink.into(table(arguments.getRequired("warehouse")))
                .append(
                        results.map(row -> new Label(row.file(), row.label()))
                                .returns(TypeInformation.of(Label.class))
                                .name("label")
                                .uid("label"));
    }

    /** The table below a directory. */
    static IcebergTable table(String warehouse) {
        return new IcebergTable(IcebergCatalog.hadoop(warehouse), TABLE);
    }
}
