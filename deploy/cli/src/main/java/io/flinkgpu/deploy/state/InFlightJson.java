package io.flinkgpu.deploy.state;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Rows in flight as one line of JSON; times are ISO 8601 in UTC, what is not known is left out. */
final class InFlightJson {

    private static final JsonMapper JSON = new JsonMapper();

    private InFlightJson() {}

    static String of(String savepoint, List<OperatorInFlight> operators) {
        ObjectNode json = JSON.createObjectNode().put("savepoint", savepoint);
        ArrayNode list = json.putArray("operators");
        operators.forEach(operator -> list.add(operator(operator)));
        return json.toString();
    }

    private static ObjectNode operator(OperatorInFlight operator) {
        ObjectNode json = JSON.createObjectNode().put("operator", operator.id());
        if (!operator.uid().isEmpty()) {
            json.put("uid", operator.uid());
        }
        if (!operator.name().isEmpty()) {
            json.put("name", operator.name());
        }
        json.put("parallelism", operator.parallelism()).put("inFlight", operator.rows());
        ArrayNode rows = json.putArray("rows");
        operator.listed().forEach(row -> rows.add(row(row)));
        return json;
    }

    private static ObjectNode row(OperatorInFlight.Row row) {
        ObjectNode json = JSON.createObjectNode().put("subtask", row.subtask());
        if (row.eventTime() != null) {
            json.put("eventTime", row.eventTime().toString());
        }
        json.set("row", row.value());
        return json;
    }
}
