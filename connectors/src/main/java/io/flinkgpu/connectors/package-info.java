/**
 * Sources and sinks for multimodal records.
 *
 * <p>Sub-packages: {@code file} reads whole files and writes JSON lines, {@code media} and {@code
 * tar} read media files and tar shards, bounded or for ever, by the source of {@code source},
 * {@code listing} finds files, {@code content} tells media types, {@code image} turns file contents
 * into pixels, {@code audio} into samples, {@code decode} holds what both share, {@code text} reads
 * lines and makes tokens, {@code deadletter} writes the rows that inference gave up to files and to
 * Kafka, {@code budget} ends a job when too many of them come, {@code mark} tells which runs have
 * ended, {@code types} holds what serializers share. Only {@code deadletter} knows of inference,
 * and of its dead letters alone.
 */
package io.flinkgpu.connectors;
