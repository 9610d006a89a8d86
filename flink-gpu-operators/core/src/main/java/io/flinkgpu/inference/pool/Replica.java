package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.util.Set;
import org.apache.flink.annotation.PublicEvolving;

/**
 * One member of a pool: a server, and what it serves.
 *
 * @param address where its server listens; also its identity among the members
 * @param node the machine that it runs on, as its neighbours on that machine name it
 * @param device what the models run on, for people
 * @param models what it serves; empty where discovery cannot tell, which means whatever is asked
 *     for
 * @param load for people; the router has fresher knowledge of its own
 */
@PublicEvolving
public record Replica(
        ReplicaAddress address,
        String node,
        ReplicaDevice device,
        ReplicaState state,
        Set<ServedModel> models,
        ReplicaLoad load)
        implements Serializable {

    /** Copies the models. */
    public Replica {
        models = Set.copyOf(models);
    }

    /** A replica of which the address alone is known: taken as ready, serving anything. */
    public static Replica at(ReplicaAddress address) {
        return new Replica(
                address,
                address.host(),
                ReplicaDevice.unknown(),
                ReplicaState.READY,
                Set.of(),
                ReplicaLoad.idle());
    }

    /** Whether it is the same but for its load. */
    public boolean isSameAs(Replica other) {
        return withLoad(other.load).equals(other);
    }

    private Replica withLoad(ReplicaLoad newLoad) {
        return new Replica(address, node, device, state, models, newLoad);
    }

    /** Whether a request for {@code wanted} may be sent to it. */
    public boolean takes(ServedModel wanted) {
        return state == ReplicaState.READY
                && (models.isEmpty() || models.stream().anyMatch(model -> model.answers(wanted)));
    }
}
