package io.flinkgpu.deploy.sql;

import io.flinkgpu.deploy.sql.OptionCompletion.OptionCatalog;
import io.flinkgpu.deploy.sql.OptionCompletion.Subject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.Factory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.factories.FormatFactory;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options of the providers and connectors that a class loader sees. */
final class FactoryOptions implements OptionCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(FactoryOptions.class);

    private final Map<String, Factory> models = new TreeMap<>();
    private final Map<String, Factory> tables = new TreeMap<>();
    private final Set<String> formats = new TreeSet<>();

    FactoryOptions(ClassLoader classLoader) {
        discover(classLoader).forEach(this::add);
    }

    /**
     * Those that can be loaded, as Flink's planner finds them: a factory whose own dependencies are
     * missing is left out.
     */
    private static List<Factory> discover(ClassLoader classLoader) {
        List<Factory> found = new ArrayList<>();
        Iterator<Factory> all = ServiceLoader.load(Factory.class, classLoader).iterator();
        while (true) {
            try {
                if (!all.hasNext()) {
                    return found;
                }
                found.add(all.next());
            } catch (NoClassDefFoundError broken) {
                LOG.debug("Cannot load a table factory; its options are not completed.", broken);
            }
        }
    }

    private void add(Factory factory) {
        if (factory instanceof ModelProviderFactory) {
            models.put(factory.factoryIdentifier(), factory);
        } else if (factory instanceof DynamicTableFactory) {
            tables.put(factory.factoryIdentifier(), factory);
        } else if (factory instanceof FormatFactory) {
            formats.add(factory.factoryIdentifier());
        }
    }

    @Override
    public Set<String> keys(Subject subject, Map<String, String> given) {
        Set<String> keys =
                options(subject, given)
                        .map(ConfigOption::key)
                        .collect(Collectors.toCollection(TreeSet::new));
        keys.add(kindKey(subject));
        return keys;
    }

    @Override
    public Set<String> values(Subject subject, String key, Map<String, String> given) {
        if (key.equals(kindKey(subject))) {
            return factories(subject).keySet();
        }
        return key.equals(FactoryUtil.FORMAT.key()) ? formats : Set.of();
    }

    /** Those of the factory that is named; of all where there is only one. */
    private Stream<ConfigOption<?>> options(Subject subject, Map<String, String> given) {
        Map<String, Factory> factories = factories(subject);
        Factory factory = factories.get(given.getOrDefault(kindKey(subject), ""));
        if (factory == null && factories.size() == 1) {
            factory = factories.values().iterator().next();
        }
        return factory == null
                ? Stream.of()
                : Stream.concat(
                        factory.requiredOptions().stream(), factory.optionalOptions().stream());
    }

    private Map<String, Factory> factories(Subject subject) {
        return subject == Subject.MODEL ? models : tables;
    }

    private static String kindKey(Subject subject) {
        return subject == Subject.MODEL ? FactoryUtil.PROVIDER.key() : FactoryUtil.CONNECTOR.key();
    }
}
