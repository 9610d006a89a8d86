package io.flinkgpu.state.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of its own, from the machine's binaries.
 *
 * <p>PostgreSQL does not run as root: the tests of root run it as the user postgres.
 */
public final class TestingPostgres implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String USER = "postgres";
    private static final long TIMEOUT_SECONDS = 60;

    private final Path binaries;
    private final Path directory;
    private final int port;

    private TestingPostgres(Path binaries, Path directory, int port) {
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
    }

    /** Starts a server; skips the test where the machine has none. */
    public static TestingPostgres start() throws IOException {
        Optional<Path> binaries = binaries();
        assumeTrue(
                binaries.isPresent(),
                "No PostgreSQL server is installed (Debian: postgresql): its tests are skipped.");
        Path directory =
                Files.createTempDirectory(
                        Path.of("/tmp"),
                        "flink-gpu-postgres",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        if (isRoot()) {
            Files.setOwner(
                    directory,
                    directory
                            .getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByName(USER));
        }
        TestingPostgres server = new TestingPostgres(binaries.get(), directory, freePort());
        server.run(
                "initdb",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--username=" + USER,
                "--pgdata=" + server.data());
        server.resume();
        return server;
    }

    /** The URL of the database, which asks for no password. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres?user=%s".formatted(port, USER);
    }

    /** Starts the stopped server again. */
    public void resume() throws IOException {
        run(
                "pg_ctl",
                "--wait",
                "--silent",
                "--pgdata=" + data(),
                "--log=" + directory.resolve("log"),
                "--options=-p %d -k %s -c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB"
                        .formatted(port, directory),
                "start");
    }

    /** Stops the server as a crash would. */
    public void stop() throws IOException {
        run("pg_ctl", "--wait", "--silent", "--pgdata=" + data(), "--mode=immediate", "stop");
    }

    /** Has all of its processes stand still, so that connections stay and nobody answers. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** Has the processes of a frozen server go on. */
    public void thaw() throws IOException {
        signal("-CONT");
    }

    /** PostgreSQL makes a process for each connection. */
    private void signal(String signal) throws IOException {
        String pid = Files.readAllLines(data().resolve("postmaster.pid")).get(0).strip();
        ProcessHandle server = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<String> command = new ArrayList<>(List.of("kill", signal, pid));
        server.descendants().map(child -> Long.toString(child.pid())).forEach(command::add);
        run(command);
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(directory.resolve("data").resolve("postmaster.pid"))) {
            stop();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private Path data() {
        return directory.resolve("data");
    }

    private void run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", USER, "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private void run(List<String> command) throws IOException {
        Path output = Files.createTempFile("flink-gpu-postgres", ".log");
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroy();
                throw new IOException("Cannot run " + command + ": " + Files.readString(output));
            }
            Files.delete(output);
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }

    /** Those of the newest version. */
    private static Optional<Path> binaries() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
