/**
 * What a job remembers, and how it comes back.
 *
 * <p>{@link io.flinkgpu.state.CheckpointDefaults} holds the checkpoint and state-backend settings
 * that inference jobs need. May import flink-core alone.
 */
package io.flinkgpu.state;
