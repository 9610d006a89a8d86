/**
 * What savepoints and checkpoints say of themselves: {@link
 * io.flinkgpu.state.savepoint.SavepointFile}.
 *
 * <pre>{@code
 * CheckpointMetadata metadata = SavepointFile.load("s3://bucket/checkpoints/3f0a.../chk-7");
 * metadata.getOperatorStates().forEach(state -> System.out.println(state.getOperatorUid()));
 * }</pre>
 *
 * <p>Knows Flink's runtime alone.
 */
package io.flinkgpu.state.savepoint;
