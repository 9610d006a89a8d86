package io.flinkgpu.deploy.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.flinkgpu.deploy.sql.OptionCompletion.Subject;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.table.factories.Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactoryOptionsTest {

    @TempDir private Path jar;

    @Test
    void aFactoryWithoutItsDependenciesIsLeftOut() throws Exception {
        Path services = Files.createDirectories(jar.resolve("META-INF/services"));
        Files.writeString(services.resolve(Factory.class.getName()), BrokenLoader.FACTORY);

        try (BrokenLoader loader = new BrokenLoader(jar)) {
            FactoryOptions options = new FactoryOptions(loader);

            assertThat(options.values(Subject.TABLE, "connector", Map.of())).contains("datagen");
        }
    }

    /** Finds a factory that extends a class which nobody has. */
    private static final class BrokenLoader extends URLClassLoader {

        static final String FACTORY = "broken.BrokenFactory";

        BrokenLoader(Path jar) throws Exception {
            super(new URL[] {jar.toUri().toURL()}, FactoryOptionsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(FACTORY)) {
                throw new NoClassDefFoundError("broken/MissingBase");
            }
            return super.findClass(name);
        }
    }
}
