/**
 * The elements that every job file may use: {@code files}, {@code datagen} and {@code json-lines}
 * as sources; {@code decode-image}, {@code map}, {@code filter} and {@code union} as steps; {@code
 * json-lines}, {@code print} and {@code dead-letters} as sinks. Inference has a package of its own.
 *
 * <p>Each is one class with a public constructor, which ServiceLoader calls. Knows elements, rows
 * and connectors.
 */
package io.flinkgpu.job.builtin;
