package io.flinkgpu.job.iceberg;

import io.flinkgpu.connectors.iceberg.IcebergCatalog;
import io.flinkgpu.connectors.iceberg.IcebergTable;
import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.ValueTypes;
import io.flinkgpu.job.element.ElementContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table that a file names. */
final class NamedTable {

    private static final String REST = "org.apache.iceberg.rest.RESTCatalog";

    private NamedTable() {}

    /** The table, which need not exist; adds a problem for what is missing or wrong. */
    static Optional<IcebergTable> of(ElementContext context) {
        Config catalog = context.config().get(IcebergKeys.CATALOG);
        boolean isComplete = true;
        for (Key<?> needed : needed(catalog.get(IcebergKeys.TYPE))) {
            if (!catalog.says(needed)) {
                isComplete = false;
                catalog.object()
                        .problem(
                                "Invalid %s: type %s needs the key '%s'. Add it."
                                        .formatted(
                                                catalog.subject(),
                                                ValueTypes.nameOf(catalog.get(IcebergKeys.TYPE)),
                                                needed));
            }
        }
        if (!isComplete) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new IcebergTable(
                            catalog(catalog, context), context.config().get(IcebergKeys.TABLE)));
        } catch (IllegalArgumentException invalid) {
            context.config().at(IcebergKeys.TABLE).problem(invalid.getMessage());
            return Optional.empty();
        }
    }

    private static List<Key<?>> needed(CatalogType type) {
        return switch (type) {
            case HADOOP -> List.of(IcebergKeys.WAREHOUSE);
            case JDBC -> List.of(IcebergKeys.URI, IcebergKeys.WAREHOUSE);
            case REST -> List.of(IcebergKeys.URI);
            case CUSTOM -> List.of(IcebergKeys.CLASS);
        };
    }

    private static IcebergCatalog catalog(Config config, ElementContext context) {
        IcebergCatalog catalog =
                switch (config.get(IcebergKeys.TYPE)) {
                    case HADOOP -> IcebergCatalog.hadoop(directory(config, context));
                    case JDBC ->
                            IcebergCatalog.jdbc(
                                    config.get(IcebergKeys.URI), directory(config, context));
                    case REST -> IcebergCatalog.of(REST, named(config));
                    case CUSTOM -> IcebergCatalog.of(config.get(IcebergKeys.CLASS), named(config));
                };
        Map<String, Secret> properties = config.find(IcebergKeys.PROPERTIES).orElse(Map.of());
        for (Map.Entry<String, Secret> property : properties.entrySet()) {
            catalog = catalog.withProperty(property.getKey(), property.getValue().reveal());
        }
        return catalog;
    }

    private static String directory(Config config, ElementContext context) {
        return context.resolve(config.get(IcebergKeys.WAREHOUSE)).toString();
    }

    private static Map<String, String> named(Config config) {
        Map<String, String> properties = new HashMap<>();
        config.find(IcebergKeys.URI).ifPresent(uri -> properties.put("uri", uri));
        config.find(IcebergKeys.WAREHOUSE).ifPresent(name -> properties.put("warehouse", name));
        return properties;
    }
}
