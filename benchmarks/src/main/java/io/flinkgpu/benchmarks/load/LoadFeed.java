package io.flinkgpu.benchmarks.load;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.annotation.Internal;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the rows of a load into their topic, at the load's rate, on a thread of its own.
 *
 * <p>The producer is idempotent and waits for a broker that is away: each row is in the topic once.
 */
@Internal
public final class LoadFeed implements AutoCloseable {

    private static final Duration LONGEST_OUTAGE = Duration.ofMinutes(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LoadTopics topics;
    private final LoadSpec spec;
    private final KafkaProducer<byte[], byte[]> producer;
    private final CompletableFuture<Void> written = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "load-feed");
    private volatile boolean closed;

    private LoadFeed(LoadTopics topics, LoadSpec spec) {
        this.topics = topics;
        this.spec = spec;
        this.producer =
                new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                topics.bootstrapServers(),
                                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                                true,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                Math.toIntExact(LONGEST_OUTAGE.toMillis()),
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                LONGEST_OUTAGE.toMillis()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        thread.setDaemon(true);
    }

    /** Begins to write. */
    public static LoadFeed start(LoadTopics topics, LoadSpec spec) {
        LoadFeed feed = new LoadFeed(topics, spec);
        feed.thread.start();
        return feed;
    }

    /**
     * Waits until the broker has every row.
     *
     * @throws IllegalStateException if it takes one not, or not all in time
     */
    public void await(Duration timeout) throws InterruptedException {
        try {
            written.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS).join();
        } catch (CompletionException e) {
            String reason =
                    e.getCause() instanceof TimeoutException
                            ? "not all were written within " + timeout
                            : e.getCause().toString();
            throw new IllegalStateException(
                    "Cannot write rows to '%s': %s".formatted(LoadTopics.ROWS, reason), e);
        }
    }

    /** Stops; rows that are not written yet never are. */
    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
        producer.close(Duration.ZERO);
    }

    private void run() {
        try {
            long start = System.nanoTime();
            for (long id = 0; id < spec.rows() && !closed; id++) {
                awaitTurn(start, id);
                Future<?> unused =
                        producer.send(topics.encode(LoadRow.of(id, spec.width())), this::told);
            }
            if (!closed) {
                producer.flush();
                written.complete(null);
            }
        } catch (RuntimeException | Error e) {
            written.completeExceptionally(e);
        }
    }

    private void told(Object unusedPlace, Exception failure) {
        if (failure != null) {
            written.completeExceptionally(failure);
        }
    }

    private void awaitTurn(long start, long id) {
        if (spec.rowsPerSecond() == 0) {
            return;
        }
        long due = start + (long) (id / spec.rowsPerSecond() * 1e9);
        while (!closed && System.nanoTime() - due < 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
