/**
 * The files of models: where they lie, what tells them from others, and this machine's copies of
 * them.
 *
 * <p>A {@link io.flinkgpu.inference.model.store.ModelStore} finds the versions at a location,
 * fingerprints their files, and gives local ones: in place where they are local, from a {@link
 * io.flinkgpu.inference.model.store.ModelCache} where Flink's file systems have to fetch them.
 * Knows Flink's file systems, and neither runtimes nor devices.
 */
package io.flinkgpu.inference.model.store;
