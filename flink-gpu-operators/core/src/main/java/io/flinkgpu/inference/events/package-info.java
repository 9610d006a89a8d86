/**
 * What goes wrong and what is done about it, as typed records.
 *
 * <p>Whoever notices a fault tells {@link io.flinkgpu.inference.events.FaultEvents} of its process;
 * metrics, logs and reports listen there, and so does any {@link
 * io.flinkgpu.inference.events.FaultListener} on the class path. Imports the vocabulary of the
 * fault policies alone.
 */
package io.flinkgpu.inference.events;
