package io.flinkgpu.job.kafka;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.Key;
import io.flinkgpu.job.config.Secret;
import io.flinkgpu.job.config.ValueTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;

/** The keys by which sources and sinks reach brokers. */
final class KafkaKeys {

    static final Key<String> BOOTSTRAP_SERVERS =
            Key.of("bootstrap-servers", ValueTypes.text())
                    .required()
                    .describedAs("Where the brokers are, host:port[,host:port].");
    static final Key<Map<String, Secret>> PROPERTIES =
            Key.of("properties", ValueTypes.mapOf(ValueTypes.textWithSecrets()))
                    .describedAs(
                            "Properties of Kafka's client by their own names, such as sasl.jaas.config. They may hold secrets.");

    private KafkaKeys() {}

    /** A source's or sink's own keys between the common ones. */
    static List<Key<?>> with(Key<?> topic, Key<?>... own) {
        List<Key<?>> keys = new ArrayList<>(List.of(BOOTSTRAP_SERVERS, topic));
        keys.addAll(List.of(own));
        keys.add(PROPERTIES);
        return List.copyOf(keys);
    }

    /** The client's properties, secrets revealed; without the brokers. Refuses those of keys. */
    static Map<String, String> properties(Config config) {
        Map<String, String> properties = new TreeMap<>();
        config.find(PROPERTIES)
                .ifPresent(all -> all.forEach((key, value) -> properties.put(key, value.reveal())));
        if (properties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            config.at(PROPERTIES)
                    .get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
                    .invalid("Use the key bootstrap-servers.");
        }
        return properties;
    }
}
