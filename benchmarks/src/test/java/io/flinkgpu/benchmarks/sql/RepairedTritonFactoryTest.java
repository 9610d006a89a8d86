package io.flinkgpu.benchmarks.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.model.triton.TritonModelProviderFactory;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class RepairedTritonFactoryTest {

    private static final Column FLOATS =
            Column.physical("features", DataTypes.ARRAY(DataTypes.FLOAT()));

    /** Once a release runs, the repair can go. */
    @Test
    void releaseRefusesEveryModel() {
        assertThatThrownBy(() -> provider(TritonModelProviderFactory.IDENTIFIER, FLOATS))
                .rootCause()
                .hasMessageContaining("input column features should be null");
    }

    @Test
    void repairedFunctionCanBeSentToTasks() throws Exception {
        AsyncPredictFunction function =
                ((AsyncPredictRuntimeProvider) provider(RepairedTritonFactory.REPAIRED, FLOATS))
                        .createAsyncPredictFunction(null);

        AsyncPredictFunction sent = InstantiationUtil.clone(function);
        sent.open(null);
        sent.close();

        assertThat(sent).isNotSameAs(function);
    }

    @Test
    void severalInputsAreRefusedAsBefore() {
        Column more = Column.physical("more", DataTypes.FLOAT());

        assertThatThrownBy(() -> provider(RepairedTritonFactory.REPAIRED, FLOATS, more))
                .rootCause()
                .hasMessage("Invalid input columns: [features, more]. The function takes one.");
    }

    private static ModelProvider provider(String name, Column... inputs) {
        Schema empty = Schema.newBuilder().build();
        Map<String, String> options =
                Map.of("provider", name, "endpoint", "http://localhost:1", "model-name", "model");
        Column output = Column.physical("scores", DataTypes.ARRAY(DataTypes.FLOAT()));
        return FactoryUtil.createModelProvider(
                null,
                ObjectIdentifier.of("catalog", "database", "model"),
                ResolvedCatalogModel.of(
                        CatalogModel.of(empty, empty, options, ""),
                        ResolvedSchema.of(inputs),
                        ResolvedSchema.of(output)),
                new Configuration(),
                RepairedTritonFactoryTest.class.getClassLoader(),
                true);
    }
}
