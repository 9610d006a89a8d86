/**
 * The demo: image files, decoded on a CPU stage, classified on a GPU stage, written exactly once.
 *
 * <p>{@code DemoJob} is {@link io.flinkgpu.examples.DigitsJob} with a count and a probe; the
 * command submits it to a Flink in this process or to the local cluster, follows it over the REST
 * API alone in both cases, and reports what the committed files say.
 */
package io.flinkgpu.deploy.demo;
