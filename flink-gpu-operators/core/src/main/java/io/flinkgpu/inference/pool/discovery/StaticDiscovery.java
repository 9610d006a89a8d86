package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ReadableConfig;

/**
 * {@code static://<host>:<port>,<host>:<port>}: members that are written down, which may be any
 * servers of the protocol.
 */
@Internal
public final class StaticDiscovery implements PoolDiscovery {

    private static final Duration PAUSE = Duration.ofSeconds(5);

    @Override
    public String scheme() {
        return "static";
    }

    @Override
    public MembershipSource open(PoolAddress pool, ReadableConfig options) {
        List<Replica> replicas =
                Arrays.stream(pool.authority().split(",", -1))
                        .map(ReplicaAddress::parse)
                        .distinct()
                        .map(Replica::at)
                        .toList();
        return new Source(new Membership(pool, 0, true, replicas));
    }

    private record Source(Membership members) implements MembershipSource {

        @Override
        public Membership next(Membership known) throws InterruptedException {
            if (known.version() == members.version()) {
                Thread.sleep(PAUSE.toMillis());
            }
            return members;
        }

        @Override
        public void close() {}
    }
}
