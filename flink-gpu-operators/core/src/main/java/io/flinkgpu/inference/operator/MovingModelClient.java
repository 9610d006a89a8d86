package io.flinkgpu.inference.operator;

import io.flinkgpu.inference.fault.Deadline;
import io.flinkgpu.inference.model.DeviceLostException;
import io.flinkgpu.inference.model.InferenceResult;
import io.flinkgpu.inference.model.LocalModelClient;
import io.flinkgpu.inference.model.Merging;
import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelIdentity;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.tensor.TensorBatch;
import io.flinkgpu.resources.lease.DeviceLease;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of a model on a leased device, which leases another one when its device is lost.
 *
 * <p>What was asked for on the lost device fails with {@link DeviceLostException}; what is asked
 * for next runs on the new one, if there is one with room that is not blocked, be it the same
 * again. {@link #infer}, {@link #isLoading()}, {@link #identity()}, {@link #checksum()} and {@link
 * #close()} belong to the task's thread, which holds the lease.
 */
final class MovingModelClient implements ModelClient {

    private static final Logger LOG = LoggerFactory.getLogger(MovingModelClient.class);

    private final String holder;
    private final ModelRef model;
    private final Places places;
    private final CompletableFuture<ModelReadiness> ready;
    @Nullable private Placement placement;

    /** Gives places. */
    @FunctionalInterface
    interface Places {

        /**
         * A place.
         *
         * @param avoided the device that it is not on; null: any
         * @throws RuntimeException if there is none
         */
        Placement take(@Nullable String avoided);
    }

    /**
     * Where the model is.
     *
     * @param lease of the device; null: the processor
     */
    record Placement(@Nullable DeviceLease lease, LocalModelClient client) {

        private void giveBack() {
            client.close();
            if (lease != null) {
                lease.close();
            }
        }

        private String device() {
            return lease == null ? "cpu" : lease.device().uuid();
        }
    }

    /**
     * Takes the first place and starts to load.
     *
     * @param holder the subtask, for people
     * @param places gives a place; its exceptions tell that there is none
     * @throws RuntimeException as {@code places} does
     */
    MovingModelClient(String holder, ModelRef model, Places places) {
        this.holder = holder;
        this.model = model;
        this.places = places;
        this.placement = places.take(null);
        this.ready = placement.client.ready();
    }

    /** Readiness in the first place. */
    @Override
    public CompletableFuture<ModelReadiness> ready() {
        return ready;
    }

    /** Of the model in the place where it is. */
    @Override
    public Optional<ModelIdentity> identity() {
        return placement == null ? Optional.empty() : placement.client.identity();
    }

    @Override
    public Optional<String> checksum() {
        return placement == null ? Optional.empty() : placement.client.checksum();
    }

    /** Whether the model is being loaded in the place where it is. */
    @Override
    public boolean isLoading() {
        return placement != null && placement.client.isLoading();
    }

    @Override
    public CompletableFuture<InferenceResult> infer(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Merging.ALLOWED);
    }

    @Override
    public CompletableFuture<InferenceResult> inferAlone(TensorBatch batch, Deadline deadline) {
        return infer(batch, deadline, Merging.FORBIDDEN);
    }

    private CompletableFuture<InferenceResult> infer(
            TensorBatch batch, Deadline deadline, Merging merging) {
        try {
            moveIfLost();
        } catch (RuntimeException nowhere) {
            batch.close();
            return CompletableFuture.failedFuture(
                    new DeviceLostException(
                            "Cannot run model %s: its device is lost, and there is no other. %s"
                                    .formatted(model, nowhere.getMessage()),
                            nowhere));
        }
        return placement.client.infer(batch, deadline, Deadline.none(), merging);
    }

    /**
     * Takes another place and gives this one back; stays where there is none. Calls that run in the
     * place before end there.
     */
    @Override
    public void moveOn(String reason) {
        if (placement == null || placement.lease == null) {
            return;
        }
        Placement before = placement;
        try {
            placement = places.take(before.device());
        } catch (RuntimeException nowhere) {
            LOG.warn("{} stays on device {}: {}", holder, before.device(), nowhere.getMessage());
            return;
        }
        before.giveBack();
        LOG.warn("{} moved from {} to {}.", holder, before.device(), placement.device());
    }

    @Override
    public void close() {
        if (placement != null) {
            placement.giveBack();
            placement = null;
        }
    }

    private void moveIfLost() {
        if (placement != null && !placement.client.isLost()) {
            return;
        }
        String before = placement == null ? "none" : placement.device();
        close();
        placement = places.take(null);
        LOG.warn("{} moved from device {} to {}.", holder, before, placement.device());
    }
}
