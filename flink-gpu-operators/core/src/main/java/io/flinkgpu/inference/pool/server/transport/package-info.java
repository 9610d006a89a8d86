/**
 * What a server does with a request before anybody understands it: framing, encodings, sizes and
 * memory, and the form of errors that come up on the way.
 *
 * <p>The classes sit between Armeria and the endpoints of {@link
 * io.flinkgpu.inference.pool.server}. They may import the protocol package; they know neither
 * models nor replicas.
 */
package io.flinkgpu.inference.pool.server.transport;
