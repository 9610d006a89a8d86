package io.flinkgpu.inference.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaTest {

    private static final ServedModel DIGITS_3 = new ServedModel("digits", "3");

    @Test
    void takesItsModelsInTheirVersionsAndAsLatest() {
        Replica replica = replica(ReplicaState.READY);

        assertThat(replica.takes(DIGITS_3)).isTrue();
        assertThat(replica.takes(new ServedModel("digits", ServedModel.LATEST))).isTrue();
        assertThat(replica.takes(new ServedModel("digits", "4"))).isFalse();
        assertThat(replica.takes(new ServedModel("letters", ServedModel.LATEST))).isFalse();
    }

    @Test
    void takesAnyModelWhereNoneIsKnown() {
        assertThat(Replica.at(new ReplicaAddress("gpu-1", 9000)).takes(DIGITS_3)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = "READY", mode = EnumSource.Mode.EXCLUDE)
    void takesNothingUnlessReady(ReplicaState state) {
        assertThat(replica(state).takes(DIGITS_3)).isFalse();
    }

    private static Replica replica(ReplicaState state) {
        return new Replica(
                new ReplicaAddress("gpu-1", 9000),
                "gpu-1",
                new ReplicaDevice("gpu-0", "simulated"),
                state,
                Set.of(DIGITS_3),
                ReplicaLoad.idle());
    }
}
