package io.flinkgpu.inference.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.plugin.DefaultPluginManager;
import org.apache.flink.core.plugin.DirectoryBasedPluginFinder;
import org.example.cooling.CoolingDetectorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector that somebody else wrote, in a jar of its own among Flink's plugins. */
class DetectorPluginTest {

    private static final String PACKAGE = "org/example/cooling/";

    @TempDir Path directory;

    @Test
    void findsAndDrivesThePluginOfAThirdParty() throws Exception {
        Path plugins = directory.resolve("plugins");
        writeJar(plugins.resolve("cooling/cooling.jar"));
        Path alarm = directory.resolve("alarm");
        Configuration options = new Configuration();
        options.setString("cooling.alarm-file", alarm.toString());

        List<FailureDetectorFactory> factories = FailureDetectors.find(manager(plugins));
        FailureDetectors detectors = new FailureDetectors();
        List<Suspicion> suspicions = new ArrayList<>();
        FaultEvents.Registration unused = detectors.listen(suspicions::add);
        detectors.start(factories, new DetectorContext(options, List::of, System::nanoTime));
        detectors.check();
        assertThat(suspicions).isEmpty();
        Files.createFile(alarm);
        detectors.check();

        assertThat(detectors.names()).contains("cooling");
        assertThat(factories)
                .filteredOn(factory -> factory.name().equals("cooling"))
                .singleElement()
                .satisfies(
                        factory ->
                                assertThat(factory.getClass().getClassLoader())
                                        .as("a class loader of its own")
                                        .isNotSameAs(getClass().getClassLoader()));
        assertThat(suspicions)
                .containsExactly(Suspicion.ofLeavingNode("the cooling of the rack fails"));
    }

    private static DefaultPluginManager manager(Path plugins) throws IOException {
        return new DefaultPluginManager(
                new DirectoryBasedPluginFinder(plugins).findPlugins(),
                DetectorPluginTest.class.getClassLoader(),
                new String[] {"java.", "org.apache.flink.", "org.slf4j.", "io.flinkgpu."});
    }

    private static void writeJar(Path jar) throws IOException {
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            for (String name : List.of("CoolingDetectorFactory", "CoolingDetector")) {
                entries.putNextEntry(new JarEntry(PACKAGE + name + ".class"));
                try (InputStream bytes =
                        DetectorPluginTest.class
                                .getClassLoader()
                                .getResourceAsStream(PACKAGE + name + ".class")) {
                    bytes.transferTo(entries);
                }
            }
            entries.putNextEntry(
                    new JarEntry("META-INF/services/" + FailureDetectorFactory.class.getName()));
            entries.write(CoolingDetectorFactory.class.getName().getBytes(StandardCharsets.UTF_8));
        }
    }
}
