/**
 * What a pipeline is made of: sources, steps and sinks, each a {@link
 * io.flinkgpu.job.element.PipelineElement} that is found by ServiceLoader under its type.
 *
 * <pre>{@code
 * public final class PrintSink implements PipelineElement {
 *     public ElementKind kind() { return ElementKind.SINK; }
 *     public String type() { return "print"; }
 *     public String description() { return "Prints each row as JSON."; }
 *     public List<Key<?>> keys() { return List.of(PREFIX); }
 *
 *     public PlannedElement plan(ElementContext context) {
 *         RowJson json = new RowJson(context.input());
 *         return PlannedElement.sink(build -> build.place(build.input().map(json::write).print()));
 *     }
 * }
 * }</pre>
 *
 * <p>A file is planned first: every element says what rows it will emit, and what is wrong. Only a
 * file without problems is built. Knows keys, rows and expressions.
 */
package io.flinkgpu.job.element;
