package io.flinkgpu.inference.pool.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.ReplicaState;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class PoolDiscoveriesTest {

    private final PoolDiscoveries discoveries =
            PoolDiscoveries.load(PoolDiscoveriesTest.class.getClassLoader());

    @Test
    void readsMembersThatAreWrittenDown() throws Exception {
        PoolAddress pool = PoolAddress.parse("static://gpu-1:9000,gpu-2:9001,gpu-1:9000");

        Membership members = open(pool).next(Membership.unknown(pool));

        assertThat(members.complete()).isTrue();
        assertThat(members.replicas())
                .extracting(replica -> replica.address().toString())
                .containsExactly("gpu-1:9000", "gpu-2:9001");
        assertThat(members.replicas())
                .allSatisfy(replica -> assertThat(replica.state()).isEqualTo(ReplicaState.READY));
    }

    @Test
    void refusesUnknownScheme() {
        assertThatThrownBy(() -> open(PoolAddress.parse("consul://agent:8500/p")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid pool address: 'consul://agent:8500/p'. Its scheme must be one of"
                                + " [dns, flink, static].");
    }

    @Test
    void refusesAFlinkPoolWithoutName() {
        assertThatThrownBy(() -> open(PoolAddress.parse("flink://jobmanager:8081")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid pool address: 'flink://jobmanager:8081'. Write flink://<job"
                                + " manager>:<REST port>/<pool>.");
    }

    private MembershipSource open(PoolAddress pool) {
        return discoveries.open(pool, new Configuration());
    }
}
