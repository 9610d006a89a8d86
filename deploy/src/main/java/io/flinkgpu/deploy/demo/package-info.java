/**
 * The demo: image files, decoded on a CPU stage, classified on a GPU stage, written exactly once.
 *
 * <p>{@link io.flinkgpu.deploy.demo.DigitsJob} is the job's entry point and {@code DigitsPipeline}
 * the job itself; the command submits it to a Flink in this process or to the local cluster,
 * follows it over the REST API alone in both cases, and reports what the committed files say.
 */
package io.flinkgpu.deploy.demo;
