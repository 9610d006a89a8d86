package io.flinkgpu.deploy.pool;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ServedModel;
import java.util.Comparator;
import java.util.List;

/** Pools and their replicas as one line of JSON for other programs: a list of pools. */
final class PoolStatusJson {

    private static final JsonMapper JSON = new JsonMapper();

    private PoolStatusJson() {}

    static String of(List<PoolStatus> statuses) {
        ArrayNode pools = JSON.createArrayNode();
        statuses.forEach(status -> write(status, pools.addObject()));
        return pools.toString();
    }

    private static void write(PoolStatus status, ObjectNode pool) {
        pool.put("name", status.name());
        pool.put("address", status.address().toString());
        pool.put("job", status.job().toString());
        pool.put("state", status.state().name());
        pool.put("replicasWanted", status.size().replicas());
        pool.put("replicasReady", status.ready());
        pool.put("minReplicas", status.size().minReplicas());
        pool.put("maxReplicas", status.size().maxReplicas());
        status.restarts().ifPresent(restarts -> pool.put("restarts", restarts));
        pool.put("complete", status.complete());
        status.problem().ifPresent(problem -> pool.put("problem", problem));
        ArrayNode replicas = pool.putArray("replicas");
        status.replicas().stream()
                .sorted(Comparator.comparing(replica -> replica.address().toString()))
                .forEach(replica -> write(replica, replicas.addObject()));
    }

    private static void write(Replica source, ObjectNode replica) {
        replica.put("address", source.address().toString());
        replica.put("node", source.node());
        replica.put("device", source.device().id());
        replica.put("accelerator", source.device().name());
        replica.put("state", source.state().name());
        replica.put("waitingRows", source.load().waitingRows());
        replica.put("runningRows", source.load().runningRows());
        replica.put("rowsServed", source.load().rowsServed());
        replica.put("rowsPerSecond", source.load().rowsPerSecond());
        ArrayNode models = replica.putArray("models");
        source.models().stream()
                .sorted(Comparator.comparing(ServedModel::name).thenComparing(ServedModel::version))
                .forEach(
                        model ->
                                models.addObject()
                                        .put("name", model.name())
                                        .put("version", model.version()));
    }
}
