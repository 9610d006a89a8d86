package io.flinkgpu.inference.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorClassTest {

    @Test
    void badRowsAreBadEverywhere() {
        assertThat(ErrorClass.DATA.mayPassElsewhere()).isFalse();
        assertThat(ErrorClass.FATAL_DEVICE.mayPassElsewhere()).isTrue();
        assertThat(ErrorClass.DATA.isOfDevice()).isFalse();
        assertThat(ErrorClass.FATAL_DEVICE.isOfDevice()).isTrue();
    }
}
