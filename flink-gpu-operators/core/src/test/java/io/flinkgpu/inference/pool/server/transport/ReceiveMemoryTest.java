package io.flinkgpu.inference.pool.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.flinkgpu.inference.pool.protocol.InferTrailers;
import io.grpc.Status;
import org.junit.jupiter.api.Test;

class ReceiveMemoryTest {

    private static final long MEBIBYTE = 1 << 20;

    private final ReceiveMemory memory = new ReceiveMemory(20 * MEBIBYTE);

    @Test
    void aMessageOfAnySizePassesWhereNoOtherIs() {
        memory.share().reading(1_000 * MEBIBYTE);

        assertThat(memory.held()).isEqualTo(3_000 * MEBIBYTE);
    }

    @Test
    void refusesWhatOthersLeaveNoRoomFor() {
        memory.share().reading(4 * MEBIBYTE);

        Throwable refusal = catchThrowable(() -> memory.share().reading(3 * MEBIBYTE));

        assertThat(Status.fromThrowable(refusal).getCode())
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(refusal).hasMessageContaining("others hold 12582912 of 20971520");
        assertThat(Status.trailersFromThrowable(refusal).get(InferTrailers.PUSHBACK))
                .isEqualTo("200");
        assertThat(memory.held()).isEqualTo(12 * MEBIBYTE);
    }

    @Test
    void smallMessagesPassAlways() {
        memory.share().reading(6 * MEBIBYTE);

        memory.share().reading(MEBIBYTE - 1);

        assertThat(memory.held()).isEqualTo(18 * MEBIBYTE);
    }

    @Test
    void countsOnceWhatIsUnderstood() {
        ReceiveMemory.Share first = memory.share();
        first.reading(6 * MEBIBYTE);

        first.understood();
        memory.share().reading(4 * MEBIBYTE);

        assertThat(memory.held()).isEqualTo(18 * MEBIBYTE);
    }

    @Test
    void whatIsReleasedIsFree() {
        ReceiveMemory.Share first = memory.share();
        first.reading(6 * MEBIBYTE);

        first.release();

        assertThat(memory.held()).isZero();
    }

    @Test
    void anAnswerIsCountedWhateverOthersHold() {
        memory.share().reading(6 * MEBIBYTE);
        ReceiveMemory.Share answered = memory.share();

        answered.answering(10 * MEBIBYTE);
        assertThat(memory.held()).isEqualTo(48 * MEBIBYTE);
        answered.release();
        answered.answering(10 * MEBIBYTE);

        assertThat(memory.held()).isEqualTo(18 * MEBIBYTE);
    }

    @Test
    void aMessageThatGrowsIsCountedOnce() {
        ReceiveMemory.Share share = memory.share();

        share.reading(2 * MEBIBYTE);
        share.reading(5 * MEBIBYTE);

        assertThat(memory.held()).isEqualTo(15 * MEBIBYTE);
    }
}
