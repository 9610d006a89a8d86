package io.flinkgpu.deploy.kafka;

import io.flinkgpu.deploy.cluster.ClusterException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Questions to a broker. Each blocks its caller. */
final class BrokerAdmin {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerAdmin.class);

    private static final int ANSWER_MILLIS = 2_000;
    private static final int REQUEST_MILLIS = 30_000;

    private BrokerAdmin() {}

    /** Whether the broker answers within two seconds. */
    static boolean answers(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers, ANSWER_MILLIS)) {
            return !admin.describeCluster().nodes().get().isEmpty();
        } catch (ExecutionException starting) {
            LOG.debug("Kafka does not answer yet.", starting);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("Cannot wait for Kafka: interrupted", e);
        }
    }

    /** The names of all topics but internal ones. */
    static Set<String> topics(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers, REQUEST_MILLIS)) {
            return new TreeSet<>(admin.listTopics().names().get());
        } catch (ExecutionException e) {
            throw failed("list topics", e);
        } catch (InterruptedException e) {
            throw interrupted("list topics", e);
        }
    }

    static void createTopics(String bootstrapServers, Collection<KafkaTopic> topics) {
        Set<String> existing = topics(bootstrapServers);
        try (Admin admin = admin(bootstrapServers, REQUEST_MILLIS)) {
            admin.createTopics(
                            topics.stream()
                                    .filter(topic -> !existing.contains(topic.name()))
                                    .map(KafkaTopic::toNewTopic)
                                    .toList())
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw failed("create topics", e);
        } catch (InterruptedException e) {
            throw interrupted("create topics", e);
        }
    }

    private static Admin admin(String bootstrapServers, int timeoutMillis) {
        return Admin.create(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        timeoutMillis,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        timeoutMillis));
    }

    private static ClusterException failed(String action, ExecutionException e) {
        return new ClusterException(
                "Cannot %s: %s".formatted(action, e.getCause().getMessage()), e.getCause());
    }

    private static ClusterException interrupted(String action, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterException("Cannot %s: interrupted".formatted(action), e);
    }
}
