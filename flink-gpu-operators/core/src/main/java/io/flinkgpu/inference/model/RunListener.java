package io.flinkgpu.inference.model;

import io.flinkgpu.inference.fault.ErrorClass;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * Hears how the runs of a host end.
 *
 * <p>Called by the threads that run models: it must return at once and may not throw.
 */
@Internal
public interface RunListener {

    /** A device batch has been run. */
    void succeeded(ModelDevice device, int rows, Duration time);

    /** A device batch failed. */
    void failed(ModelDevice device, ModelRef model, int rows, Duration time, Failure failure);

    /** A run has taken longer than runs may: the device is given up, and the run's thread. */
    void stuck(ModelDevice device, ModelRef model, Duration age);

    /** A device batch needed too much memory; batches of {@code newLimit} rows are tried next. */
    void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit);

    /** Why a run failed. */
    record Failure(ErrorClass errorClass, String message) {}
}
