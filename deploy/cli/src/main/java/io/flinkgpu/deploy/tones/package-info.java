/**
 * The tones example: recordings of dialled telephone keys ({@link
 * io.flinkgpu.deploy.tones.DialledNumber}) and a model that hears them ({@code ToneDetector}),
 * written by the command {@link io.flinkgpu.deploy.tones.TonesCommand}. Uses the ONNX module's
 * graph and the JDK.
 */
package io.flinkgpu.deploy.tones;
