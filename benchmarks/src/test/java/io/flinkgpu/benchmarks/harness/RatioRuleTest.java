package io.flinkgpu.benchmarks.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RatioRuleTest {

    @Test
    void rateIsOursOverPeers() {
        assertThat(RatioRule.OURS_OVER_PEER.of(300, 100)).isEqualTo(3);
        assertThat(RatioRule.OURS_OVER_PEER.betterValue()).isEqualTo("higher");
    }

    @Test
    void durationIsPeersOverOurs() {
        assertThat(RatioRule.PEER_OVER_OURS.of(40, 8000)).isEqualTo(200);
        assertThat(RatioRule.PEER_OVER_OURS.betterValue()).isEqualTo("lower");
    }

    @Test
    void workIsTheShareSaved() {
        assertThat(RatioRule.SHARE_SAVED.of(1, 8)).isEqualTo(0.875, within(1e-12));
        assertThat(RatioRule.SHARE_SAVED.betterValue()).isEqualTo("lower");
    }

    @Test
    void moreWorkThanThePeersIsNegative() {
        assertThat(RatioRule.SHARE_SAVED.of(3, 2)).isEqualTo(-0.5, within(1e-12));
    }
}
