package io.flinkgpu.deploy.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The help of the root command: a resource, which the launcher script shows before anything is
 * built.
 */
final class HelpText {

    private HelpText() {}

    static String read() {
        try (InputStream resource = HelpText.class.getResourceAsStream("help.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read help.txt: " + e.getMessage(), e);
        }
    }
}
