package io.flinkgpu.benchmarks.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM with this one's class path and options that talks in lines.
 *
 * <p>Its other output is passed over; it should end when its input does. Not thread-safe.
 */
final class ChildProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private final BufferedReader out;
    private final Writer in;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Starts a class.
     *
     * @param log takes its errors
     */
    static ChildProcess start(Class<?> main, Path log, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.matches("-(javaagent|agentlib).*"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ChildProcess(
                new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
    }

    long pid() {
        return process.pid();
    }

    void say(String line) throws IOException {
        in.write(line + System.lineSeparator());
        in.flush();
    }

    /**
     * Waits for a line that starts so.
     *
     * @return its rest
     * @throws IOException if the process ends without it
     */
    String await(String start) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(start)) {
                return line.substring(start.length());
            }
        }
        throw new IOException("Cannot go on: a process has ended. It said: " + log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
