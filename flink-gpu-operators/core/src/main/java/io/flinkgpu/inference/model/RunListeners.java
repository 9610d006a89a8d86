package io.flinkgpu.inference.model;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Tells several listeners. Safe for use by many threads. */
final class RunListeners implements RunListener {

    private final List<RunListener> listeners = new CopyOnWriteArrayList<>();

    void add(RunListener listener) {
        listeners.add(listener);
    }

    @Override
    public void succeeded(ModelDevice device, int rows, Duration time) {
        listeners.forEach(listener -> listener.succeeded(device, rows, time));
    }

    @Override
    public void failed(
            ModelDevice device, ModelRef model, int rows, Duration time, Failure failure) {
        listeners.forEach(listener -> listener.failed(device, model, rows, time, failure));
    }

    @Override
    public void stuck(ModelDevice device, ModelRef model, Duration age) {
        listeners.forEach(listener -> listener.stuck(device, model, age));
    }

    @Override
    public void ranOutOfMemory(ModelDevice device, ModelRef model, int rows, int newLimit) {
        listeners.forEach(listener -> listener.ranOutOfMemory(device, model, rows, newLimit));
    }
}
