package io.flinkgpu.inference.pool.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.Replica;
import io.flinkgpu.inference.pool.ReplicaAddress;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.routing.ReplicaLoadView;
import io.flinkgpu.inference.pool.routing.Route;
import io.flinkgpu.inference.pool.routing.Router;
import io.flinkgpu.inference.pool.routing.RouterConfig;
import io.flinkgpu.inference.pool.routing.RoutingRequest;
import io.flinkgpu.inference.process.DaemonThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingLinesTest {

    private static final ServedModel MODEL = new ServedModel("digits", "");
    private static final int MAX_ROWS = 10;

    private final Router router = new Router(RouterConfig.of("", 1), System::nanoTime);
    private final ScheduledExecutorService timer =
            DaemonThreads.timer(DaemonThreads.named("timer"));
    private final List<List<TestingCall>> started = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();
    private WaitingLines lines = linesOf(MAX_ROWS);

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void takesThoseBehindAlongUpToTheBoundOfRows() {
        TestingCall[] calls = join(4, 4, 2, 1);

        members(1);

        assertThat(started).containsExactly(List.of(calls[0], calls[1], calls[2]));
        assertThat(router.snapshot())
                .extracting(ReplicaLoadView::inFlightRows)
                .containsExactly((long) MAX_ROWS);
        endRoutes();
        assertThat(router.snapshot()).extracting(ReplicaLoadView::inFlightRows).containsExactly(1L);
        assertThat(started).hasSize(2).last().isEqualTo(List.of(calls[3]));
    }

    @Test
    void takesNoMoreThanTheReplicasShareOfTheLine() {
        TestingCall[] calls = join(1, 1, 1, 1);

        members(2);

        assertThat(started)
                .containsExactly(List.of(calls[0], calls[1]), List.of(calls[2], calls[3]));
    }

    @Test
    void takesNoneAlongBeyondAFewMegabytes() {
        TestingCall first = new TestingCall(1, 3 << 20, true);
        TestingCall second = new TestingCall(1, 2 << 20, true);
        lines.join(first);
        lines.join(second);

        members(1);

        assertThat(started).containsExactly(List.of(first));
    }

    @Test
    void takesNobodyAlongWhoGoesAlone() {
        TestingCall first = new TestingCall(1, 8, true);
        TestingCall alone = new TestingCall(1, 8, false);
        TestingCall third = new TestingCall(1, 8, true);
        List.of(first, alone, third).forEach(lines::join);

        members(1);

        assertThat(started).containsExactly(List.of(first));
        endRoutes();
        assertThat(started).hasSize(2).last().isEqualTo(List.of(alone));
    }

    @Test
    void sendsEachAloneWhereMergingIsOff() {
        lines = linesOf(0);
        TestingCall[] calls = join(1, 1);

        members(1);

        assertThat(started).containsExactly(List.of(calls[0]));
    }

    @Test
    void keepsTheOrderOfThoseThatComeBack() {
        TestingCall waiting = new TestingCall(MAX_ROWS, 8, true);
        TestingCall back = new TestingCall(MAX_ROWS, 8, true);
        TestingCall next = new TestingCall(MAX_ROWS, 8, true);
        lines.join(waiting);
        lines.rejoin(List.of(back, next));

        members(1);
        endRoutes();
        endRoutes();

        assertThat(started).containsExactly(List.of(back), List.of(next), List.of(waiting));
    }

    @Test
    void halvesTheBoundThatAServerRefuses() {
        lines.refused(MODEL, 5);
        TestingCall[] calls = join(1, 1, 1);

        members(1);

        assertThat(started).containsExactly(List.of(calls[0], calls[1]));
    }

    private WaitingLines linesOf(int maxMergedRows) {
        return new WaitingLines(router, timer, Duration.ofMinutes(1), maxMergedRows);
    }

    private TestingCall[] join(int... rows) {
        TestingCall[] calls = new TestingCall[rows.length];
        for (int i = 0; i < rows.length; i++) {
            calls[i] = new TestingCall(rows[i], 8, true);
            lines.join(calls[i]);
        }
        return calls;
    }

    private void members(int count) {
        List<Replica> replicas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            replicas.add(Replica.at(new ReplicaAddress("gpu-" + i, 9000)));
        }
        router.update(List.of(new Membership(ClientHarness.POOL, 1, true, replicas)));
        lines.advance();
    }

    private void endRoutes() {
        List<Route> ended = List.copyOf(routes);
        routes.clear();
        ended.forEach(Route::unused);
        lines.advance();
    }

    /** Notes with whom it starts. */
    private final class TestingCall implements WaitingCall {

        private final int rows;
        private final long bytes;
        private final boolean merges;

        private TestingCall(int rows, long bytes, boolean merges) {
            this.rows = rows;
            this.bytes = bytes;
            this.merges = merges;
        }

        @Override
        public boolean isOver() {
            return false;
        }

        @Override
        public RoutingRequest routing() {
            return new RoutingRequest(MODEL, 7, rows, Set.of());
        }

        @Override
        public long byteSize() {
            return bytes;
        }

        @Override
        public boolean mergesWith(WaitingCall other) {
            return merges && ((TestingCall) other).merges;
        }

        @Override
        public void start(Route route, List<WaitingCall> followers) {
            List<TestingCall> group = new ArrayList<>();
            group.add(this);
            followers.forEach(follower -> group.add((TestingCall) follower));
            followers.forEach(follower -> route.add(((TestingCall) follower).rows));
            routes.add(route);
            started.add(group);
        }
    }
}
