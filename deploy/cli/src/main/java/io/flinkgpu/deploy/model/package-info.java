/**
 * Models as the command line names them, and {@code flink-gpu model}: what a model is, and how fast
 * it runs here.
 *
 * <p>{@link io.flinkgpu.deploy.model.ModelArgument} turns a text into a reference and looks whether
 * its files are there. A model of a location is loaded in this process by the model host; one of a
 * pool is asked for through the pool's client. Both are described and measured alike, and {@link
 * io.flinkgpu.deploy.model.ModelLook} shows them to the reader of job files.
 */
package io.flinkgpu.deploy.model;
