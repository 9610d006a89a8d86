package io.flinkgpu.inference.pool.server;

import java.util.List;
import java.util.Optional;

/** What a server says of itself. */
final class ServerIdentity {

    static final String NAME = "flink-gpu";

    /** Parts of the protocol beyond its core. */
    static final List<String> EXTENSIONS = List.of("binary_tensor_data");

    private ServerIdentity() {}

    /** The version of the jar; {@code development} where the classes come from none. */
    static String version() {
        return Optional.ofNullable(ServerIdentity.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
