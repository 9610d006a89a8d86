/**
 * What decoders of files share: the processor time that one file may take ({@link
 * io.flinkgpu.connectors.decode.DecodeBudget}). Imports the JDK alone.
 */
package io.flinkgpu.connectors.decode;
