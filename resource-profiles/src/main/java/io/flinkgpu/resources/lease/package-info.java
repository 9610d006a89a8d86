/**
 * Who holds which device of this process: one {@link io.flinkgpu.resources.lease.DeviceLeaseTable}
 * per process, from which a subtask leases a share of one device.
 *
 * <p>Imports the device package and flink-core; knows no operator and no model.
 */
package io.flinkgpu.resources.lease;
