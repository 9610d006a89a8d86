package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.model.ModelArgument;
import io.flinkgpu.deploy.model.ModelLook;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.table.model.CreateModelStatement;
import io.flinkgpu.table.model.TableModelOptions;
import java.util.List;
import org.apache.flink.configuration.Configuration;

/** The {@code CREATE MODEL} of a model that is looked at from here. */
final class DescribedModel {

    private DescribedModel() {}

    /**
     * The statement without a semicolon.
     *
     * @param text the model as {@code [RUNTIME:]LOCATION[#SIGNATURE]}
     */
    static String statement(String text, Configuration settings) throws Exception {
        ModelRef model = ModelArgument.parse(text);
        ModelArgument.requirePresent(model);
        CreateModelStatement statement =
                CreateModelStatement.of(name(model), new ModelLook(settings).of(model, List.of()))
                        .with(TableModelOptions.LOCATION.key(), model.location());
        ModelRef byLocation = ModelRef.parse(model.location());
        if (!byLocation.runtime().equals(model.runtime())) {
            statement = statement.with(TableModelOptions.RUNTIME.key(), model.runtime());
        }
        if (!byLocation.signature().equals(model.signature())) {
            statement = statement.with(TableModelOptions.SIGNATURE.key(), model.signature());
        }
        return statement.sql();
    }

    /** The last part of its location, as a name that needs no quotes. */
    private static String name(ModelRef model) {
        return model.servedName().replaceAll("[^A-Za-z0-9_]", "_");
    }
}
