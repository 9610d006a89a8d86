package io.flinkgpu.inference.pool.discovery;

import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.MembershipListener;
import io.flinkgpu.inference.pool.MembershipWatch;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.process.DaemonThreads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.Configuration;

/**
 * The watches of pools that a process needs for clients whose job has no coordinator to tell them,
 * such as those of SQL functions.
 *
 * <p>Clients share a watch by pool and by the options that say how it is asked; it ends with the
 * last of them. It outlives jobs, so it takes the discoveries that the class loader of this library
 * sees, and none of a job's jar. Safe for use by many threads.
 */
@Internal
public final class PoolWatches {

    private static final List<String> RELEVANT =
            List.of("inference.pool.", "pool.", "rest.", "security.");

    private final PoolDiscoveries discoveries;
    private final Map<Key, Watched> watched = new HashMap<>();

    private record Key(PoolAddress pool, Map<String, String> options) {}

    /** Watches of its own, for tests; clients use {@link #ofProcess()}. */
    PoolWatches(PoolDiscoveries discoveries) {
        this.discoveries = discoveries;
    }

    /** Those of this process. */
    public static PoolWatches ofProcess() {
        return OfProcess.WATCHES;
    }

    /**
     * Tells a listener who is in its pools.
     *
     * @param pools one entry of each event for each of them
     * @param options of the job; the discovery's are those of whoever comes first
     * @param listener hears of the members that are known before this returns, and then of each
     *     change, one at a time; any thread, under a lock: it must return at once
     * @throws IllegalArgumentException if no discovery can read an address
     */
    public synchronized MembershipWatch watch(
            List<PoolAddress> pools, Configuration options, MembershipListener listener) {
        Client client = new Client(listener);
        try {
            for (PoolAddress pool : pools) {
                client.join(new Key(pool, relevant(options)), options);
            }
        } catch (RuntimeException unreadable) {
            client.close();
            throw unreadable;
        }
        client.tell();
        return client;
    }

    /** How many pools are watched. */
    synchronized int size() {
        return watched.size();
    }

    private static Map<String, String> relevant(Configuration options) {
        Map<String, String> relevant = new TreeMap<>(options.toMap());
        relevant.keySet().removeIf(key -> RELEVANT.stream().noneMatch(key::startsWith));
        return relevant;
    }

    private synchronized void changed(Watched pool, Membership members) {
        pool.members = members;
        pool.clients.forEach(Client::tell);
    }

    /** One pool and its clients; guarded by the lock of the outer object. */
    private final class Watched {

        private final PoolWatch watch;
        private final Set<Client> clients = new LinkedHashSet<>();
        private Membership members;

        private Watched(PoolAddress pool, Configuration options) {
            members = Membership.unknown(pool);
            watch =
                    new PoolWatch(
                            discoveries.open(pool, options),
                            new MemberRetention(
                                    members,
                                    options.get(PoolOptions.MEMBER_RETENTION),
                                    System::nanoTime),
                            options.get(PoolOptions.DISCOVERY_INTERVAL),
                            now -> changed(this, now),
                            DaemonThreads.named("pool-watch " + pool));
            watch.start();
        }
    }

    /** A listener and the pools that it hears of; guarded by the lock of the outer object. */
    private final class Client implements MembershipWatch {

        private final MembershipListener listener;
        private final Map<Key, Watched> pools = new LinkedHashMap<>();

        private Client(MembershipListener listener) {
            this.listener = listener;
        }

        private void join(Key key, Configuration options) {
            Watched pool =
                    watched.computeIfAbsent(key, absent -> new Watched(absent.pool(), options));
            pool.clients.add(this);
            pools.put(key, pool);
        }

        private void tell() {
            List<Membership> members = new ArrayList<>();
            pools.values().forEach(pool -> members.add(pool.members));
            listener.membersChanged(new MembersChanged(members));
        }

        @Override
        public void close() {
            synchronized (PoolWatches.this) {
                pools.forEach(
                        (key, pool) -> {
                            pool.clients.remove(this);
                            if (pool.clients.isEmpty()) {
                                watched.remove(key);
                                pool.watch.close();
                            }
                        });
                pools.clear();
            }
        }
    }

    /** Made when it is first asked for. */
    private static final class OfProcess {

        private static final PoolWatches WATCHES =
                new PoolWatches(PoolDiscoveries.load(PoolWatches.class.getClassLoader()));
    }
}
