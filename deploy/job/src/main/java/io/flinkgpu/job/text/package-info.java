/**
 * Elements of job files for text: step {@code tokenize} ({@link
 * io.flinkgpu.job.text.TokenizeStep}). Knows elements, rows and the connectors' text.
 */
package io.flinkgpu.job.text;
