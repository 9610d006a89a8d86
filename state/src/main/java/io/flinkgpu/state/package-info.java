/**
 * What a job remembers, and how it comes back.
 *
 * <p>{@link io.flinkgpu.state.CheckpointDefaults} holds the checkpoint and state-backend settings
 * that inference jobs need, and imports flink-core alone; {@code state.ledger} is the record of
 * runs, {@code state.savepoint} reads what a checkpoint says of itself.
 */
package io.flinkgpu.state;
