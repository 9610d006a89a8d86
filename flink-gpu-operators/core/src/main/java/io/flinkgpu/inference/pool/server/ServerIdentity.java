package io.flinkgpu.inference.pool.server;

import java.util.Optional;

/** How the server calls itself. */
final class ServerIdentity {

    static final String NAME = "flink-gpu";

    private ServerIdentity() {}

    static String version() {
        return Optional.ofNullable(ServerIdentity.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }
}
