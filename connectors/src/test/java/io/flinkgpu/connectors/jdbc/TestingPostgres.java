package io.flinkgpu.connectors.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/** A PostgreSQL server of Debian's binaries, in processes of its own. */
final class TestingPostgres implements AutoCloseable {

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final int SECONDS = 60;

    private final Path binaries;
    private final Path directory;
    private final int port;

    private TestingPostgres(Path binaries, Path directory, int port) {
        this.binaries = binaries;
        this.directory = directory;
        this.port = port;
    }

    /** The folder of initdb and pg_ctl, of the newest version; empty if there is none. */
    static Optional<Path> binaries() throws IOException {
        if (!Files.isDirectory(DEBIAN)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(DEBIAN)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        }
    }

    static TestingPostgres start(Path binaries) throws Exception {
        Path directory = Files.createTempDirectory("postgres");
        if (isRoot()) {
            run(List.of("chown", "postgres", directory.toString()));
        }
        TestingPostgres server = new TestingPostgres(binaries, directory, freePort());
        server.postgres("initdb", "-D", server.data(), "-A", "trust", "-U", "flink", "-N");
        server.postgres(
                "pg_ctl",
                "-w",
                "-D",
                server.data(),
                "-l",
                directory.resolve("log").toString(),
                "-o",
                "-p %d -h localhost -k %s -F".formatted(server.port, directory),
                "start");
        return server;
    }

    String url() {
        return "jdbc:postgresql://localhost:%d/postgres?user=flink".formatted(port);
    }

    @Override
    public void close() throws Exception {
        postgres("pg_ctl", "-w", "-m", "immediate", "-D", data(), "stop");
        FileUtils.deleteDirectory(directory.toFile());
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    /** PostgreSQL refuses to run as root. */
    private void postgres(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .directory(new File("/"))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("%s", command).isTrue();
        assertThat(process.exitValue()).as("%s", command).isZero();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
