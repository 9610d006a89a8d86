package io.flinkgpu.deploy.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.util.NetUtils;

/** Whether anybody listens at one of several addresses. Blocks for a second an address. */
final class EndpointCheck {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private EndpointCheck() {}

    /**
     * Why none of the addresses takes a connection; empty if one does.
     *
     * @param addresses {@code host:port}, separated by commas
     */
    static Optional<String> problem(String addresses) {
        List<String> problems = new ArrayList<>();
        for (String address : addresses.split(",", -1)) {
            Optional<String> problem = problemOf(address);
            if (problem.isEmpty()) {
                return Optional.empty();
            }
            problems.add(address + " (" + problem.get() + ")");
        }
        return Optional.of("Cannot connect to " + String.join(", ", problems) + ".");
    }

    private static Optional<String> problemOf(String address) {
        try (Socket socket = new Socket()) {
            InetSocketAddress target = NetUtils.parseHostPortAddress(address);
            if (target.isUnresolved()) {
                return Optional.of("unknown host");
            }
            socket.connect(target, (int) TIMEOUT.toMillis());
            return Optional.empty();
        } catch (IOException | IllegalArgumentException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }
}
