package io.flinkgpu.resources.lease;

import java.lang.management.ManagementFactory;
import java.util.UUID;
import java.util.function.IntSupplier;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The claim of one lease table to be the only one of its process that holds leases.
 *
 * <p>A static field is one per class loader; the platform's MBean server is one per process. The
 * table that holds leases is registered there, and another class loader's table is refused as long
 * as that one has any. Safe for any thread.
 */
final class ProcessClaim {

    private static final String NAME = "io.flinkgpu:type=DeviceLeases";

    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final ObjectName name;
    private final Leases mine;

    /**
     * Prepares the claim of a table.
     *
     * @param openLeases counts the leases of living threads; must not block, as other tables call
     *     it
     */
    ProcessClaim(IntSupplier openLeases) {
        this.mine = new Leases(UUID.randomUUID().toString(), openLeases);
        try {
            this.name = new ObjectName(NAME);
        } catch (JMException e) {
            throw new IllegalStateException("Cannot name the device lease table: " + e, e);
        }
    }

    /**
     * Runs {@code grant} while the claim is surely held.
     *
     * @throws IllegalStateException if another table of this process holds leases
     */
    void whileHeld(Runnable grant) {
        // The server is the one object that the tables of all class loaders share.
        synchronized (server) {
            try {
                take();
            } catch (JMException e) {
                throw new IllegalStateException("Cannot claim the device lease table: " + e, e);
            }
            grant.run();
        }
    }

    /**
     * Gives the claim up, so that the server does not keep this class loader alive; nothing happens
     * if it is not held.
     */
    void drop() {
        synchronized (server) {
            try {
                if (isMine()) {
                    server.unregisterMBean(name);
                }
            } catch (JMException e) {
                throw new IllegalStateException("Cannot give up the device lease table: " + e, e);
            }
        }
    }

    private void take() throws JMException {
        if (isMine()) {
            return;
        }
        if (server.isRegistered(name)) {
            refuseIfInUse();
            server.unregisterMBean(name);
        }
        server.registerMBean(mine, name);
    }

    private boolean isMine() throws JMException {
        return server.isRegistered(name)
                && mine.getTableId().equals(server.getAttribute(name, "TableId"));
    }

    private void refuseIfInUse() throws JMException {
        Object open = server.getAttribute(name, "OpenLeases");
        if (!open.equals(0)) {
            throw new IllegalStateException(
                    "Cannot lease a device: another copy of flink-gpu in this process holds "
                            + open
                            + " leases, and the two would not see each other's. Put flink-gpu's jars into"
                            + " Flink's lib/ alone, or add 'io.flinkgpu.' to"
                            + " classloader.parent-first-patterns.additional.");
        }
    }

    /** What the server shows of one table. */
    private record Leases(String id, IntSupplier count) implements DeviceLeasesMXBean {

        @Override
        public String getTableId() {
            return id;
        }

        @Override
        public int getOpenLeases() {
            return count.getAsInt();
        }
    }
}
