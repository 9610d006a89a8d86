/**
 * The models that benchmarks run, and the peer that runs them without this project.
 *
 * <p>Imports TensorFlow: it exports models with random weights and calls SavedModels by hand, which
 * is what ours is compared with.
 */
package io.flinkgpu.benchmarks.model;
