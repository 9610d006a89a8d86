package io.flinkgpu.deploy.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A service-loaded command that fails when told to. */
@Command(name = "testing", mixinStandardHelpOptions = true)
public final class TestingCommand implements CliCommand, Callable<Integer> {

    @Option(names = "--fail-with")
    private String failure;

    @Option(names = "--fail-silently")
    private boolean failsSilently;

    @Override
    public Integer call() {
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
        if (failsSilently) {
            throw new UnsupportedOperationException();
        }
        return 0;
    }
}
