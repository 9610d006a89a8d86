/**
 * {@code flink-gpu resume}: submits the program of an earlier run again, from its newest
 * checkpoint.
 *
 * <p>{@link io.flinkgpu.deploy.resume.ResumeCommand} asks the ledger what ran ({@code runs}), asks
 * Flink whether it still does ({@link io.flinkgpu.deploy.resume.RunLife}), and submits job files as
 * {@code run} does. Imports {@code rest}, {@code run}, {@code runs} and {@code job}.
 */
package io.flinkgpu.deploy.resume;
