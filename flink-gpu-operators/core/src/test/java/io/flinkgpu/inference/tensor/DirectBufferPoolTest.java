package io.flinkgpu.inference.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DirectBufferPoolTest {

    private final DirectBufferPool pool = new DirectBufferPool(1 << 20);

    @Test
    void givesDirectLittleEndianMemoryOfAtLeastTheSize() {
        ByteBuffer buffer = pool.acquire(1025).buffer();

        assertThat(buffer.isDirect()).isTrue();
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(buffer.remaining()).isEqualTo(2048);
    }

    @Test
    void roundsSizesUpToPowersOfTwo() {
        assertThat(pool.acquire(0).buffer().capacity()).isEqualTo(1024);
        assertThat(pool.acquire(1024).buffer().capacity()).isEqualTo(1024);
        assertThat(pool.acquire(4096).buffer().capacity()).isEqualTo(4096);
        assertThat(pool.acquire(4097).buffer().capacity()).isEqualTo(8192);
    }

    @Test
    void reusesMemoryThatWasGivenBack() {
        PooledBuffer first = pool.acquire(5000);
        ByteBuffer memory = first.buffer();
        memory.position(17).limit(30).order(ByteOrder.BIG_ENDIAN);
        first.release();

        ByteBuffer again = pool.acquire(8000).buffer();

        assertThat(again).isSameAs(memory);
        assertThat(again.remaining()).isEqualTo(8192);
        assertThat(again.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(pool.idleBytes()).isZero();
    }

    @Test
    void keepsNoMoreThanItsLimit() {
        DirectBufferPool small = new DirectBufferPool(3000);
        List<PooledBuffer> buffers =
                List.of(small.acquire(1024), small.acquire(1024), small.acquire(1024));

        buffers.forEach(PooledBuffer::release);

        assertThat(small.idleBytes()).isEqualTo(2048);
    }

    @Test
    void neitherRoundsUpNorKeepsWhatIsLargerThanItsLimit() {
        DirectBufferPool small = new DirectBufferPool(3000);

        PooledBuffer large = small.acquire(2100);

        assertThat(large.buffer().remaining()).isEqualTo(2100);
        large.release();
        assertThat(small.idleBytes()).isZero();
        assertThat(small.borrowedBytes()).isZero();
    }

    @Test
    void refusesMoreThanOneGibibyte() {
        assertThatThrownBy(() -> pool.acquire((1L << 30) + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Invalid tensor size: 1073741825 bytes. One tensor holds at most 1 GiB: use"
                                + " smaller batches.");
    }

    @Test
    void dropsIdleMemoryOfOtherSizesWhenTheJvmHasNoneLeft() {
        AtomicInteger allocated = new AtomicInteger();
        DirectBufferPool limited =
                new DirectBufferPool(
                        1 << 20,
                        bytes -> {
                            if (bytes == 4096 && allocated.getAndIncrement() == 0) {
                                throw new OutOfMemoryError("Direct buffer memory");
                            }
                            return ByteBuffer.allocate(bytes);
                        });
        limited.acquire(1024).release();

        PooledBuffer large = limited.acquire(4096);

        assertThat(large.buffer().capacity()).isEqualTo(4096);
        assertThat(limited.idleBytes()).isZero();
    }

    @Test
    void passesOnThatTheJvmHasNoMemoryLeft() {
        DirectBufferPool exhausted =
                new DirectBufferPool(
                        1 << 20,
                        bytes -> {
                            throw new OutOfMemoryError("Direct buffer memory");
                        });

        assertThatThrownBy(() -> exhausted.acquire(1024))
                .isInstanceOf(OutOfMemoryError.class)
                .hasMessage("Direct buffer memory");
    }

    @Test
    void givesMemoryBackWithTheLastReference() {
        PooledBuffer buffer = pool.acquire(1024);

        buffer.retain();
        buffer.release();
        assertThat(pool.idleBytes()).isZero();
        buffer.release();

        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void refusesReferencesToMemoryThatWasGivenBack() {
        PooledBuffer buffer = pool.acquire(1024);
        buffer.release();

        assertThatThrownBy(buffer::retain)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot retain buffer: it was given back to its pool.");
        assertThatThrownBy(buffer::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("Cannot release buffer: it was given back to its pool.");
        assertThat(pool.idleBytes()).isEqualTo(1024);
    }

    @Test
    void manyThreadsNeverShareABuffer() throws Exception {
        int threads = 8;
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<?>> workers = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long mark = thread + 1L;
                workers.add(executor.submit(() -> borrowAndCheck(mark)));
            }
            for (Future<?> worker : workers) {
                worker.get(60, TimeUnit.SECONDS);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void racingReleasesGiveMemoryBackOnce() throws Exception {
        int holders = 4;
        ExecutorService executor = Executors.newFixedThreadPool(holders);
        try {
            for (int round = 0; round < 500; round++) {
                PooledBuffer buffer = pool.acquire(1024);
                List<Future<?>> releases = new ArrayList<>();
                for (int holder = 1; holder < holders; holder++) {
                    buffer.retain();
                }
                for (int holder = 0; holder < holders; holder++) {
                    releases.add(executor.submit(buffer::release));
                }
                for (Future<?> release : releases) {
                    release.get(10, TimeUnit.SECONDS);
                }
                assertThat(pool.idleBytes()).isEqualTo(1024);
            }
        } finally {
            executor.shutdownNow();
        }
    }

    private void borrowAndCheck(long mark) {
        SplittableRandom random = new SplittableRandom(mark);
        for (int i = 0; i < 3_000; i++) {
            PooledBuffer borrowed = pool.acquire(random.nextInt(1, 5_000));
            ByteBuffer memory = borrowed.buffer();
            memory.putLong(0, mark).putLong(memory.capacity() - Long.BYTES, mark);
            pool.acquire(random.nextInt(1, 5_000)).release();
            assertThat(memory.getLong(0)).isEqualTo(mark);
            assertThat(memory.getLong(memory.capacity() - Long.BYTES)).isEqualTo(mark);
            borrowed.release();
        }
    }
}
