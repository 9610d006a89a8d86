package io.flinkgpu.inference.pool.client;

import io.flinkgpu.inference.pool.PoolSecurity;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.grpc.Channel;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One channel to each replica that has been used.
 *
 * <p>A channel connects when it is first used, is shared by all clients of the process, and closes
 * when its replica is not a member any more and the last call on it has ended. Safe for use by many
 * threads.
 */
final class ReplicaChannels {

    private static final int FLOW_CONTROL_WINDOW = 8 << 20;

    private final PoolClientConfig config;
    private final ChannelSecurity security;
    private final ClientThreads threads;
    private final Map<ReplicaAddress, ManagedChannel> channels = new HashMap<>();
    private Set<ReplicaAddress> members = Set.of();

    /**
     * Channels without members.
     *
     * @throws IOException if a file that {@link PoolSecurity} names cannot be used
     */
    ReplicaChannels(PoolClientConfig config, ClientThreads threads) throws IOException {
        this.config = config;
        this.security = ChannelSecurity.read(config.security());
        this.threads = threads;
    }

    /** Replaces the members; channels to others take no further calls. */
    synchronized void update(Set<ReplicaAddress> addresses) {
        members = Set.copyOf(addresses);
        channels.entrySet()
                .removeIf(entry -> shutDownUnlessMember(entry.getKey(), entry.getValue()));
    }

    /**
     * A channel to a replica that the router has chosen.
     *
     * <p>The router decides when a lost replica is tried again, not the channel: one that waits to
     * reconnect starts over at once.
     *
     * @return empty if the replica has left the pool meanwhile
     */
    Optional<Channel> to(ReplicaAddress address) {
        ManagedChannel channel = existing(address);
        if (channel == null) {
            return Optional.empty();
        }
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            channel.enterIdle();
        }
        return Optional.of(channel);
    }

    /** Closes all channels and fails the calls on them. */
    synchronized void close() {
        members = Set.of();
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }

    private synchronized ManagedChannel existing(ReplicaAddress address) {
        return members.contains(address) ? channels.computeIfAbsent(address, this::create) : null;
    }

    private boolean shutDownUnlessMember(ReplicaAddress address, ManagedChannel channel) {
        if (members.contains(address)) {
            return false;
        }
        channel.shutdown();
        return true;
    }

    private ManagedChannel create(ReplicaAddress address) {
        int connectMillis = (int) Math.min(Integer.MAX_VALUE, config.connectTimeout().toMillis());
        NettyChannelBuilder channel =
                NettyChannelBuilder.forAddress(address.host(), address.port())
                        .executor(threads.workers())
                        .offloadExecutor(threads.workers())
                        .eventLoopGroup(threads.network())
                        .channelType(NioSocketChannel.class)
                        .withOption(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.max(1, connectMillis))
                        .keepAliveTime(config.keepAlive().toNanos(), TimeUnit.NANOSECONDS)
                        .keepAliveTimeout(config.connectTimeout().toNanos(), TimeUnit.NANOSECONDS)
                        .flowControlWindow(FLOW_CONTROL_WINDOW)
                        .maxInboundMessageSize(maxMessageBytes())
                        // A batch that is sent again goes to another replica: the client's concern.
                        .disableRetry();
        if (!address.serverName().equals(address.host())) {
            channel.overrideAuthority(address.serverName() + ":" + address.port());
        }
        security.applyTo(channel);
        return channel.build();
    }

    private int maxMessageBytes() {
        return (int) Math.min(Integer.MAX_VALUE, config.limits().maxMessageBytes());
    }
}
