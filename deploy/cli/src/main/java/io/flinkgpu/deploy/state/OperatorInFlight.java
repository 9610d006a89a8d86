package io.flinkgpu.deploy.state;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import javax.annotation.Nullable;

/**
 * What an inference operator holds in flight.
 *
 * @param id Flink's, in hexadecimal
 * @param uid empty where the savepoint does not say
 * @param name empty where the savepoint does not say
 * @param parallelism that wrote the savepoint
 * @param rows how many there are, listed or not
 * @param listed the first ones, subtask by subtask
 */
record OperatorInFlight(
        String id, String uid, String name, int parallelism, long rows, List<Row> listed) {

    /**
     * A row.
     *
     * @param subtask that held it, from 0 on
     * @param eventTime of its record, if it has one
     * @param value as people read it; see {@link ReadableValue}
     */
    record Row(int subtask, @Nullable Instant eventTime, JsonNode value) {}

    /** What people call it. */
    String title() {
        if (name.isEmpty()) {
            return uid.isEmpty() ? "operator " + id : uid;
        }
        return name;
    }
}
