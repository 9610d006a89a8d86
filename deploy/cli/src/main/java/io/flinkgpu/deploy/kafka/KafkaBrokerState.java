package io.flinkgpu.deploy.kafka;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.flinkgpu.deploy.cluster.ProcessRecord;
import org.apache.flink.annotation.Internal;

/**
 * A started broker, as {@code kafka.json} remembers it.
 *
 * @param port where clients connect, on the loopback interface
 */
@Internal
public record KafkaBrokerState(ProcessRecord process, int port) {

    /** Where clients connect, {@code host:port}. */
    @JsonIgnore
    public String bootstrapServers() {
        return "localhost:" + port;
    }
}
