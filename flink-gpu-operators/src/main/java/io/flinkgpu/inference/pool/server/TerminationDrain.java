package io.flinkgpu.inference.pool.server;

/** Drains the server before the process ends. */
public final class TerminationDrain {

    private TerminationDrain() {}

    /** Installs it once. */
    public static void install(ReplicaServer server) {}
}
