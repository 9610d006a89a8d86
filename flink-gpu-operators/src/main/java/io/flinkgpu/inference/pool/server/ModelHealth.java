package io.flinkgpu.inference.pool.server;

import io.flinkgpu.inference.model.Deadline;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.ModelActivity;
import io.flinkgpu.inference.model.ModelSignature;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a model answers: by the age of its oldest run, and by real runs of one row while it has
 * nothing else to do.
 *
 * <p>A model that takes strings, or leaves more open than the batch, has no example row: it is
 * judged by its runs alone. Safe for use by many threads.
 */
final class ModelHealth {

    private static final Logger LOG = LoggerFactory.getLogger(ModelHealth.class);

    private final LocalModelClient client;
    private final HealthRules rules;
    private volatile boolean probeFailed;
    private volatile boolean probing;

    ModelHealth(LocalModelClient client, HealthRules rules) {
        this.client = client;
        this.rules = rules;
    }

    boolean isHealthy() {
        return !probeFailed && !isStuck();
    }

    /** Starts a probe if the model has been idle for the interval; does not wait for it. */
    void check(ModelSignature signature, boolean idle) {
        boolean due = idle && isLongIdle();
        if (due && !probing && hasExample(signature)) {
            probing = true;
            CompletableFuture<?> unused =
                    client.infer(signature.zeros(1), Deadline.after(rules.maxRunTime()))
                            .whenComplete(
                                    (result, failure) -> {
                                        if (result != null) {
                                            result.outputs().close();
                                        }
                                        note(failure);
                                    });
        }
    }

    private void note(Throwable failure) {
        if (failure != null && !probeFailed) {
            LOG.warn("A model fails its health check: it takes no requests.", failure);
        } else if (failure == null && probeFailed) {
            LOG.info("A model passes its health check again.");
        }
        probeFailed = failure != null;
        probing = false;
    }

    private boolean isStuck() {
        return client.activity().oldestRun().compareTo(rules.maxRunTime()) > 0;
    }

    private boolean isLongIdle() {
        ModelActivity activity = client.activity();
        boolean neverRan = activity.sinceLastRun().isZero();
        return activity.runningRows() == 0
                && (probeFailed
                        || neverRan
                        || activity.sinceLastRun().compareTo(rules.interval()) >= 0);
    }

    private static boolean hasExample(ModelSignature signature) {
        return signature.isOpenInBatchAxisAlone()
                && !signature.takesStrings()
                && signature.fixedBatchSize().orElse(1) == 1;
    }
}
