package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ReadableConfig;

/**
 * {@code dns://<name>:<port>}: the members are the addresses that the name resolves to, such as
 * those of a headless service. With TLS their certificates must hold the name.
 *
 * <p>The JVM caches answers for {@code networkaddress.cache.ttl}; a name that does not resolve is
 * an error, not an empty pool.
 */
@Internal
public final class DnsDiscovery implements PoolDiscovery {

    private final Resolver resolver;

    /** Looks a name up. */
    @FunctionalInterface
    interface Resolver {
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /** Looks names up as the JVM does. */
    public DnsDiscovery() {
        this(InetAddress::getAllByName);
    }

    DnsDiscovery(Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public String scheme() {
        return "dns";
    }

    @Override
    public MembershipSource open(PoolAddress pool, ReadableConfig options) {
        ReplicaAddress service = ReplicaAddress.parse(pool.authority());
        return new Source(resolver, pool, service, options.get(PoolOptions.DISCOVERY_INTERVAL));
    }

    private static final class Source implements MembershipSource {

        /** Room for this many changes between two sources that are made in different ms. */
        private static final int VERSION_BITS = 20;

        private final Resolver resolver;
        private final PoolAddress pool;
        private final ReplicaAddress service;
        private final Duration interval;

        // INVARIANT: versions only grow, whatever the caller has seen last: members that come back
        // after a failed look are news, although they were there before.
        private long version = System.currentTimeMillis() << VERSION_BITS;

        private Source(
                Resolver resolver, PoolAddress pool, ReplicaAddress service, Duration interval) {
            this.resolver = resolver;
            this.pool = pool;
            this.service = service;
            this.interval = interval;
        }

        @Override
        public Membership next(Membership known) throws IOException, InterruptedException {
            if (known.version() >= 0) {
                Thread.sleep(interval.toMillis());
            }
            List<Replica> replicas =
                    Arrays.stream(resolver.resolve(service.host()))
                            .map(InetAddress::getHostAddress)
                            .sorted()
                            .map(this::replica)
                            .toList();
            boolean changed = !replicas.equals(known.replicas()) || known.version() < 0;
            return changed ? new Membership(pool, ++version, true, replicas) : known;
        }

        /** A certificate is made out to the name that people wrote, not to what it resolves to. */
        private Replica replica(String host) {
            return Replica.at(new ReplicaAddress(host, service.port(), service.host()));
        }

        @Override
        public void close() {}
    }
}
