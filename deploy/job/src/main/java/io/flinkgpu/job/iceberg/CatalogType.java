package io.flinkgpu.job.iceberg;

/** Where Iceberg's tables are registered. */
enum CatalogType {
    /** A directory. */
    HADOOP,
    /** A database. */
    JDBC,
    /** A server of Iceberg's REST protocol. */
    REST,
    /** Any other, by its class. */
    CUSTOM
}
