/**
 * What a savepoint or checkpoint holds, for people and programs: {@link
 * io.flinkgpu.deploy.state.StateCommand} lists the rows that were in flight in inference operators.
 *
 * <p>May import the operator's reader of core and the tables of {@code cluster}; runs no job.
 */
package io.flinkgpu.deploy.state;
