package io.flinkgpu.deploy.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.flinkgpu.inference.pool.ReplicaDevice;

/**
 * What one replica of the pool did for the run.
 *
 * @param address where its server listened
 * @param device what its model ran on
 * @param rowsServed rows that it had answered when it last reported
 */
record ReplicaUse(String address, ReplicaDevice device, long rowsServed) {

    void addTo(ArrayNode replicas) {
        replicas.addObject()
                .put("address", address)
                .put("device", device.id())
                .put("accelerator", device.name())
                .put("rowsServed", rowsServed);
    }
}
