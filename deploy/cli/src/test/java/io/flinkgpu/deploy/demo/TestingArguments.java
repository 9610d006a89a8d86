package io.flinkgpu.deploy.demo;

import java.nio.file.Path;
import picocli.CommandLine;

/** Command lines that name all files, so that no distribution is needed. */
final class TestingArguments {

    private TestingArguments() {}

    /** All files below a directory, which need not exist, and further options. */
    static String[] complete(Path directory, String... more) {
        String[] all = new String[more.length + 4];
        all[0] = "--input=" + directory.resolve("images");
        all[1] = "--model=" + directory.resolve("model");
        all[2] = "--profiles=" + directory.resolve("profiles.yaml");
        all[3] = "--output=" + directory.resolve("output");
        System.arraycopy(more, 0, all, 4, more.length);
        return all;
    }

    /** The options of a command line. */
    static DemoOptions parse(String... arguments) {
        DemoOptions options = new DemoOptions();
        new CommandLine(options).parseArgs(arguments);
        return options;
    }
}
