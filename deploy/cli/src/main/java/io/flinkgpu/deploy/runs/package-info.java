/**
 * What the ledger knows, for people and programs: {@link io.flinkgpu.deploy.runs.RunsCommand} lists
 * the newest runs, and shows or exports one of them.
 *
 * <p>May import the ledger of {@code state} and the tables of {@code cluster}.
 */
package io.flinkgpu.deploy.runs;
