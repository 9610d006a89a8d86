package io.flinkgpu.connectors.table.deadletter;

import io.flinkgpu.connectors.listing.InputScanner;
import io.flinkgpu.connectors.table.check.TableProblems;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;

/**
 * Table connector {@code dead-letters}: the files of dead letters that job files, Java jobs and SQL
 * write, read and written.
 */
@PublicEvolving
public final class DeadLettersTableFactory
        implements DynamicTableSourceFactory, DynamicTableSinkFactory {

    static final String IDENTIFIER = "dead-letters";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(DeadLettersTableOptions.PATH);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return Set.of(DeadLettersTableOptions.MONITOR);
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        Table table = table(context);
        return new LetterSource(
                table.directory(),
                table.monitor(),
                table.columns(),
                context.getPhysicalRowDataType());
    }

    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        Table table = table(context);
        return new LetterSink(table.directory(), table.columns());
    }

    private record Table(Path directory, Optional<Duration> monitor, List<LetterField> columns) {}

    private Table table(Context context) {
        FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
        TableProblems.validate(helper::validate);
        ReadableConfig options = helper.getOptions();
        TableProblems problems = new TableProblems();
        String path = options.get(DeadLettersTableOptions.PATH);
        if (path.isBlank()) {
            problems.option(
                    DeadLettersTableOptions.PATH,
                    "'" + path + "'",
                    "It must be a directory of its own.");
        }
        Optional<Duration> monitor = options.getOptional(DeadLettersTableOptions.MONITOR);
        monitor.filter(interval -> interval.toMillis() < 1)
                .ifPresent(
                        interval ->
                                problems.option(
                                        DeadLettersTableOptions.MONITOR,
                                        interval,
                                        "It must be at least 1 ms."));
        List<LetterField> columns =
                LetterColumns.of(context.getCatalogTable().getResolvedSchema(), problems);
        problems.throwIfAny();
        return new Table(InputScanner.qualify(new Path(path)), monitor, columns);
    }
}
