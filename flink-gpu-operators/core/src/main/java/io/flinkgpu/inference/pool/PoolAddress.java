package io.flinkgpu.inference.pool;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Names a pool and the way to find its members.
 *
 * <p>Written as a URI whose scheme chooses the {@code PoolDiscovery}: {@code
 * flink://jobmanager:8081/digits}, {@code static://gpu-1:9000,gpu-2:9000}, {@code
 * dns://replicas.example.org:9000}. The parameter {@code weight} shares requests out among several
 * pools: {@code ...?weight=3}.
 *
 * @param scheme name of the discovery, in lower case
 * @param authority hosts and ports, as the discovery reads them
 * @param name the pool's name; empty where the discovery needs none
 * @param weight above 0; 1 unless set
 */
@PublicEvolving
public record PoolAddress(String scheme, String authority, String name, double weight)
        implements Serializable {

    private static final String WEIGHT = "weight=";

    /**
     * Reads the URI form.
     *
     * @throws IllegalArgumentException if the text has no scheme or host, or an unknown parameter
     */
    public static PoolAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException noUri) {
            throw invalid(text, "It must be a URI such as flink://jobmanager:8081/digits.");
        }
        if (uri.getScheme() == null || uri.getRawAuthority() == null) {
            throw invalid(text, "It must be a URI such as flink://jobmanager:8081/digits.");
        }
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (path.contains("://")) {
            throw invalid(text, "Several addresses are separated by semicolons.");
        }
        return new PoolAddress(
                uri.getScheme().toLowerCase(Locale.ROOT),
                uri.getRawAuthority(),
                path.replaceFirst("^/", ""),
                weight(uri.getQuery(), text));
    }

    private static double weight(String query, String text) {
        if (query == null || query.isEmpty()) {
            return 1;
        }
        if (!query.startsWith(WEIGHT)) {
            throw invalid(text, "The only parameter is 'weight'.");
        }
        try {
            double weight = Double.parseDouble(query.substring(WEIGHT.length()));
            if (weight > 0 && Double.isFinite(weight)) {
                return weight;
            }
        } catch (NumberFormatException notANumber) {
            throw invalid(text, "Its weight must be a number above 0.");
        }
        throw invalid(text, "Its weight must be a number above 0.");
    }

    private static IllegalArgumentException invalid(String text, String wayOut) {
        return new IllegalArgumentException("Invalid pool address: '" + text + "'. " + wayOut);
    }

    @Override
    public String toString() {
        String base = scheme + "://" + authority + (name.isEmpty() ? "" : "/" + name);
        return weight == 1 ? base : base + "?" + WEIGHT + weight;
    }
}
