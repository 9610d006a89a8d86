/**
 * The command line tool: the root command, what ends up on the terminal, and the exit codes.
 *
 * <p>Commands live with what they do, in the packages beside this one; commands of higher floors
 * are found as service providers of {@link io.flinkgpu.deploy.cli.CliCommand}, so that this package
 * never imports them.
 */
package io.flinkgpu.deploy.cli;
