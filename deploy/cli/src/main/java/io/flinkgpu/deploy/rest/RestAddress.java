package io.flinkgpu.deploy.rest;

import java.net.URI;
import org.apache.flink.annotation.Internal;

/** Addresses of REST APIs as people give them to commands. */
@Internal
public final class RestAddress {

    private RestAddress() {}

    /**
     * Reads the value of {@code --address}, such as {@code localhost:8082}, with or without a
     * scheme.
     *
     * @throws IllegalArgumentException if it has no host or no port
     */
    public static URI parse(String text) {
        try {
            URI uri = URI.create(text.contains("://") ? text : "http://" + text);
            if (uri.getHost() != null && uri.getPort() > 0) {
                return uri;
            }
        } catch (IllegalArgumentException noUri) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException(
                "Invalid --address: %s. It must look like localhost:8082.".formatted(text));
    }
}
