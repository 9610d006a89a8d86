package io.flinkgpu.deploy.cluster;

import java.net.URI;
import org.apache.flink.annotation.Internal;

/**
 * Where a cluster answers.
 *
 * @param rest the root of Flink's REST API, which is the web UI's address, too
 */
@Internal
public record ClusterAddress(URI rest) {

    static ClusterAddress ofPort(int port) {
        return new ClusterAddress(URI.create("http://localhost:" + port));
    }

    /** The host name of the REST API, for {@code rest.address}. */
    public String host() {
        return rest.getHost();
    }

    /** The port of the REST API, for {@code rest.port}. */
    public int port() {
        return rest.getPort();
    }
}
