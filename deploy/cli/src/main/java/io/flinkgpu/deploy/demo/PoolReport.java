package io.flinkgpu.deploy.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.flinkgpu.deploy.observe.ReplicaUse;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the pool did in a separated run.
 *
 * @param replicas all that were seen during the run
 * @param kill the task manager that was killed; empty without chaos
 */
record PoolReport(List<ReplicaUse> replicas, Optional<KillAtHalf.Kill> kill) {

    PoolReport {
        replicas = List.copyOf(replicas);
    }

    /** The devices that answered. */
    String accelerator() {
        return replicas.stream()
                .map(replica -> replica.device().name())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(", "));
    }

    void addTo(ObjectNode json) {
        var list = json.putArray("replicas");
        for (ReplicaUse replica : replicas) {
            list.addObject()
                    .put("address", replica.address())
                    .put("device", replica.device().id())
                    .put("accelerator", replica.device().name())
                    .put("rowsServed", replica.rowsServed());
        }
        kill.ifPresent(
                killed ->
                        json.putObject("chaos")
                                .put("killed", killed.taskManager())
                                .put("pid", killed.pid())
                                .put("afterRows", killed.rowsDone()));
    }
}
