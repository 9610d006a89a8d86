package io.flinkgpu.inference.health;

import org.apache.flink.annotation.Internal;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;

/**
 * A coordinator tells its subtasks that a device may be used again before its time; those in other
 * processes than the device's do nothing.
 *
 * @param device its id
 * @param request tells requests apart: the subtasks of a process hear of one at different times
 */
@Internal
public record UnblockDevice(String device, String request) implements OperatorEvent {

    private static final long serialVersionUID = 1L;
}
