/**
 * The ledger: what a database knows of each run of a job.
 *
 * <pre>{@code
 * LedgerConfig config = LedgerConfig.from(options, System.getenv()).orElseThrow();
 * try (LedgerWriter writer = LedgerWriter.start(config)) { // any thread, never blocks
 *     writer.add(new LedgerEntry.CheckpointCompleted(run, id, path, bytes, duration, time, false));
 * }
 * try (RunLedger ledger = RunLedger.open(config)) {
 *     List<Run> newest = ledger.runs(20);
 * }
 * }</pre>
 *
 * <p>A {@link io.flinkgpu.state.ledger.LedgerEntry} is what is told, once or again; a {@link
 * io.flinkgpu.state.ledger.RunLedger} keeps entries in SQLite or PostgreSQL; a {@link
 * io.flinkgpu.state.ledger.LedgerWriter} takes them off their teller's thread and outlives a
 * database that is away. May import flink-core's options, Jdbi, HikariCP, Flyway and the two
 * drivers.
 */
package io.flinkgpu.state.ledger;
