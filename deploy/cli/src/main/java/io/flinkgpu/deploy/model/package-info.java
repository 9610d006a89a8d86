/**
 * Models as the command line names them.
 *
 * <p>{@link io.flinkgpu.deploy.model.ModelArgument} turns a text into a reference and looks whether
 * its files are there. May import the model package of inference.
 */
package io.flinkgpu.deploy.model;
