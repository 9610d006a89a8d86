package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.Replica;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.configuration.ReadableConfig;

/** Pools whose members a test sets. */
final class TestingDiscovery implements PoolDiscovery {

    static final String SCHEME = "testing";

    final AtomicInteger opened = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final Map<PoolAddress, Membership> members = new HashMap<>();
    private boolean unreachable;
    private long version;

    PoolDiscoveries discoveries() {
        return new PoolDiscoveries(List.of(this));
    }

    synchronized void setMembers(PoolAddress pool, boolean complete, Replica... replicas) {
        members.put(pool, new Membership(pool, ++version, complete, List.of(replicas)));
        notifyAll();
    }

    synchronized void setUnreachable(boolean now) {
        unreachable = now;
        notifyAll();
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public MembershipSource open(PoolAddress pool, ReadableConfig options) {
        opened.incrementAndGet();
        return new MembershipSource() {

            @Override
            public Membership next(Membership known) throws IOException, InterruptedException {
                return newerThan(pool, known);
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }

    private synchronized Membership newerThan(PoolAddress pool, Membership known)
            throws IOException, InterruptedException {
        while (!unreachable && isKnown(pool, known)) {
            wait();
        }
        if (unreachable) {
            throw new IOException("Nobody answers at " + pool + ".");
        }
        return members.get(pool);
    }

    private boolean isKnown(PoolAddress pool, Membership known) {
        Membership now = members.get(pool);
        return now == null || now.version() == known.version();
    }
}
