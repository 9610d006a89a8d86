package io.flinkgpu.inference.pool.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for {@code localhost} with an issuer of its own, made with the JDK's keytool.
 *
 * @param certificate in PEM
 * @param key in PEM, PKCS#8
 * @param issuer its certificate in PEM, for those who trust it
 */
public record TestingCertificate(Path certificate, Path key, Path issuer) {

    private static final String PASSWORD = "changeit";

    /** One that is valid now. */
    public static TestingCertificate valid(Path directory, String name) throws Exception {
        return create(directory, name, "-1d");
    }

    /** One that was valid some days ago. */
    public static TestingCertificate expired(Path directory, String name) throws Exception {
        return create(directory, name, "-9d");
    }

    private static TestingCertificate create(Path directory, String name, String start)
            throws Exception {
        Path store = directory.resolve(name + ".p12");
        addKeyPair(store, "issuer", "-20d", "30", "-ext", "bc:c");
        addKeyPair(store, "own", start, "5", "-ext", "san=dns:localhost", "-signer", "issuer");
        KeyStore entries = load(store);
        Key key = entries.getKey("own", PASSWORD.toCharArray());
        return new TestingCertificate(
                write(
                        directory.resolve(name + ".crt"),
                        "CERTIFICATE",
                        entries.getCertificate("own").getEncoded()),
                write(directory.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded()),
                write(
                        directory.resolve(name + "-issuer.crt"),
                        "CERTIFICATE",
                        entries.getCertificate("issuer").getEncoded()));
    }

    private static void addKeyPair(
            Path store, String alias, String start, String days, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", alias, "-keyalg", "EC"));
        command.addAll(List.of("-dname", "CN=" + alias, "-startdate", start, "-validity", days));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("Cannot make certificate " + store + ": keytool failed.");
        }
    }

    private static KeyStore load(Path store) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore entries = KeyStore.getInstance("PKCS12");
            entries.load(in, PASSWORD.toCharArray());
            return entries;
        }
    }

    private static Path write(Path file, String type, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, base64, type));
    }
}
