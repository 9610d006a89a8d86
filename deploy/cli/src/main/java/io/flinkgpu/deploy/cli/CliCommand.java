package io.flinkgpu.deploy.cli;

import org.apache.flink.annotation.Internal;

/**
 * A command that another jar on the class path adds to {@code flink-gpu}.
 *
 * <p>A provider is a picocli {@code @Command} class with a public constructor without parameters,
 * named in {@code META-INF/services/io.flinkgpu.deploy.cli.CliCommand}. It is a {@code
 * Callable<Integer>} that returns 0 after success and 1 after failure; an exception it throws
 * becomes a one-line message and exit code 1.
 */
@Internal
public interface CliCommand {}
