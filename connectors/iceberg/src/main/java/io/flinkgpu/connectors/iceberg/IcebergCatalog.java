package io.flinkgpu.connectors.iceberg;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.flink.CatalogLoader;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.jdbc.JdbcCatalog;

/**
 * Where Iceberg's tables are registered.
 *
 * <p>Immutable; task managers get it with the job. It does not show its properties, which may hold
 * a password.
 */
@PublicEvolving
public final class IcebergCatalog implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final String NAME = "flink-gpu";

    private final String implementation;
    private final HashMap<String, String> properties;

    private IcebergCatalog(String implementation, Map<String, String> properties) {
        this.implementation = Objects.requireNonNull(implementation);
        this.properties = new HashMap<>(properties);
    }

    /**
     * A catalog that is a directory, of one writer at a time.
     *
     * @param warehouse the directory, as Hadoop names it: {@code /data/warehouse}, {@code
     *     hdfs://host/warehouse}
     */
    public static IcebergCatalog hadoop(String warehouse) {
        return of(
                HadoopCatalog.class.getName(),
                Map.of(CatalogProperties.WAREHOUSE_LOCATION, warehouse));
    }

    /**
     * A catalog that is a database.
     *
     * @param url of JDBC, such as {@code jdbc:sqlite:/data/catalog.db}; the driver must be on the
     *     class path
     * @param warehouse the directory of the tables' files
     */
    public static IcebergCatalog jdbc(String url, String warehouse) {
        return of(
                JdbcCatalog.class.getName(),
                Map.of(
                        CatalogProperties.URI,
                        url,
                        CatalogProperties.WAREHOUSE_LOCATION,
                        warehouse,
                        "jdbc.schema-version",
                        "V1"));
    }

    /**
     * Any catalog of Iceberg.
     *
     * @param implementation the catalog's class, such as {@code
     *     org.apache.iceberg.rest.RESTCatalog}
     * @param properties as Iceberg documents them
     */
    public static IcebergCatalog of(String implementation, Map<String, String> properties) {
        return new IcebergCatalog(implementation, properties);
    }

    /** This catalog with one more property, such as {@code jdbc.user}. */
    public IcebergCatalog withProperty(String key, String value) {
        Map<String, String> more = new HashMap<>(properties);
        more.put(key, value);
        return new IcebergCatalog(implementation, more);
    }

    CatalogLoader loader() {
        return CatalogLoader.custom(NAME, properties, new Configuration(), implementation);
    }

    @Override
    public String toString() {
        return implementation.substring(implementation.lastIndexOf('.') + 1);
    }
}
