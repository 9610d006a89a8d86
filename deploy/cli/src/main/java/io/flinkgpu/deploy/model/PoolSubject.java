package io.flinkgpu.deploy.model;

import io.flinkgpu.inference.model.ModelClient;
import io.flinkgpu.inference.model.ModelReadiness;
import io.flinkgpu.inference.model.ModelRef;
import io.flinkgpu.inference.pool.MembersChanged;
import io.flinkgpu.inference.pool.Membership;
import io.flinkgpu.inference.pool.PoolAddress;
import io.flinkgpu.inference.pool.PoolOptions;
import io.flinkgpu.inference.pool.ServedModel;
import io.flinkgpu.inference.pool.client.PoolClientConfig;
import io.flinkgpu.inference.pool.client.RemoteModelClient;
import io.flinkgpu.inference.pool.discovery.MembershipSource;
import io.flinkgpu.inference.pool.discovery.PoolDiscoveries;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;

/** A model that a pool serves. */
final class PoolSubject implements Subject {

    private final InspectedModel model;
    private final ModelClient client;

    private PoolSubject(InspectedModel model, ModelClient client) {
        this.model = model;
        this.client = client;
    }

    /**
     * Asks a pool for a model. Blocks.
     *
     * @param asked by its served name and version
     * @param settings of the client, such as those of its security
     * @throws IOException if the pool or the model does not answer
     */
    static PoolSubject ask(
            ServedModel asked, PoolAddress pool, Configuration settings, Duration timeout)
            throws IOException, InterruptedException {
        Configuration options = new Configuration(settings);
        options.set(PoolOptions.ADDRESSES, List.of(pool.toString()));
        Membership members = members(pool, options);
        List<String> versions = versions(asked, members);
        RemoteModelClient client =
                RemoteModelClient.connect(ref(asked), PoolClientConfig.from(options, Map.of()), "");
        try {
            client.membersChanged(new MembersChanged(List.of(members)));
            ModelReadiness readiness = ready(client, asked, pool, timeout);
            InspectedModel model =
                    new InspectedModel(
                            asked.name(),
                            pool.toString(),
                            "",
                            asked.version().isEmpty() ? latest(versions) : asked.version(),
                            versions,
                            readiness.signature(),
                            null,
                            null,
                            (int)
                                    members.replicas().stream()
                                            .filter(replica -> replica.takes(asked))
                                            .count());
            return new PoolSubject(model, client);
        } catch (IOException | RuntimeException | InterruptedException failure) {
            client.close();
            throw failure;
        }
    }

    private static Membership members(PoolAddress pool, Configuration options)
            throws IOException, InterruptedException {
        try (MembershipSource source =
                PoolDiscoveries.load(PoolSubject.class.getClassLoader()).open(pool, options)) {
            return source.next(Membership.unknown(pool));
        }
    }

    /** What the members tell; servers of other makes tell nothing. */
    private static List<String> versions(ServedModel asked, Membership members) throws IOException {
        List<ServedModel> served =
                members.replicas().stream()
                        .flatMap(replica -> replica.models().stream())
                        .distinct()
                        .toList();
        if (!served.isEmpty() && served.stream().noneMatch(model -> model.answers(asked))) {
            throw new IOException(
                    "Cannot find model '%s' in pool %s: it serves %s."
                            .formatted(asked, members.pool(), served));
        }
        return served.stream()
                .filter(model -> model.name().equals(asked.name()))
                .map(ServedModel::version)
                .sorted(Comparator.comparing(PoolSubject::number).thenComparing(text -> text))
                .toList();
    }

    private static long number(String version) {
        return version.matches("[0-9]{1,18}") ? Long.parseLong(version) : Long.MAX_VALUE;
    }

    private static String latest(List<String> versions) {
        return versions.isEmpty() ? "" : versions.get(versions.size() - 1);
    }

    private static ModelRef ref(ServedModel asked) {
        ModelRef model = ModelRef.savedModel(asked.name());
        return asked.version().isEmpty() ? model : model.withVersion(asked.version());
    }

    private static ModelReadiness ready(
            ModelClient client, ServedModel asked, PoolAddress pool, Duration timeout)
            throws IOException, InterruptedException {
        try {
            return client.ready().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IOException(
                    "Cannot find model '%s' in pool %s: no replica has answered within %d s."
                            .formatted(asked, pool, timeout.toSeconds()),
                    late);
        } catch (ExecutionException failure) {
            throw new IOException(failure.getCause().getMessage(), failure);
        }
    }

    @Override
    public InspectedModel model() {
        return model;
    }

    @Override
    public ModelClient client() {
        return client;
    }

    @Override
    public void close() {
        client.close();
    }
}
