package io.flinkgpu.job.kafka;

/** What the value of a record is. */
enum ValueFormat {
    /** A JSON object, whose keys become fields. */
    JSON,
    /** UTF-8 text. */
    TEXT,
    /** Bytes. */
    BYTES
}
