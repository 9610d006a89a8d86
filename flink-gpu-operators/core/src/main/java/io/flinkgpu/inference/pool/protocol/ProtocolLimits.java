package io.flinkgpu.inference.pool.protocol;

import java.io.Serializable;
import org.apache.flink.annotation.Internal;

/**
 * The limits of what a reader of messages accepts.
 *
 * @param maxMessageBytes of one message
 * @param maxTensorElements of one tensor
 * @param maxStringBytes of one element of type {@code BYTES}
 */
@Internal
public record ProtocolLimits(long maxMessageBytes, long maxTensorElements, long maxStringBytes)
        implements Serializable {}
