/**
 * How options are read: what is wrong with them is collected and told at once.
 *
 * <p>{@link io.flinkgpu.inference.config.CheckedOptions} serves the config records of all other
 * packages, and knows Flink's options alone.
 */
package io.flinkgpu.inference.config;
