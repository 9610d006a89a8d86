package io.flinkgpu.table.model;

import io.flinkgpu.inference.model.ModelSignature;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.types.logical.RowType;

/**
 * Makes models of {@code 'provider' = 'flink-gpu'}.
 *
 * <p>Flink asks for one each time that a statement names the model; the model is seen and held
 * against its columns then.
 */
@Internal
public final class FlinkGpuModelProviderFactory implements ModelProviderFactory {

    /** The value of the option {@code provider}. */
    public static final String IDENTIFIER = "flink-gpu";

    @Override
    public String factoryIdentifier() {
        return IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return Set.of(TableModelOptions.LOCATION);
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        Set<ConfigOption<?>> options = new LinkedHashSet<>(TableModelKeys.OPTIONS);
        options.removeAll(requiredOptions());
        return options;
    }

    @Override
    public ModelProvider createModelProvider(Context context) {
        ResolvedCatalogModel model = context.getCatalogModel();
        TableModelConfig config =
                TableModelConfig.from(model.getOptions(), context.getConfiguration());
        ModelSignature signature = ModelLook.of(config);
        PlannedModel planned =
                new PlannedModel(
                        context.getObjectIdentifier().asSummaryString(),
                        config,
                        signature,
                        columns(model.getResolvedInputSchema()),
                        columns(model.getResolvedOutputSchema()));
        BoundModel unused = planned.bind();
        return new FlinkGpuModelProvider(planned, context.getConfiguration());
    }

    private static RowType columns(ResolvedSchema schema) {
        return (RowType) schema.toPhysicalRowDataType().getLogicalType();
    }
}
