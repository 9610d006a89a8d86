package io.flinkgpu.inference.model;

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.util.FlinkUserCodeClassLoader;
import org.apache.flink.util.MutableURLClassLoader;

/**
 * A library with native code that a process must load once and for all.
 *
 * <p>A job's class loader comes and goes with the job, and native code does not: such a library is
 * refused, before any of it is touched, where a job's own class loader would define it.
 *
 * @param name for people, such as {@code TensorFlow}
 * @param probe a class of it
 * @param jars what to put into Flink's {@code lib/}, for people
 * @param inJob what would happen if it came from a job's jar, for people
 * @param packages its packages as {@code classloader.parent-first-patterns.additional} takes them
 */
@PublicEvolving
public record RuntimeLibrary(
        String name, String probe, String jars, String inJob, String packages) {

    /**
     * Checks where {@code loader} would take the library from, without initialising it.
     *
     * @throws ModelLoadException if it is missing, or sits in a user jar
     */
    public void requireSafe(ClassLoader loader) throws ModelLoadException {
        ClassLoader owner = owner(loader);
        if (owner instanceof FlinkUserCodeClassLoader || owner instanceof MutableURLClassLoader) {
            throw new ModelLoadException(
                    ("Cannot load %s: its classes come from the job's jar, and %s. Put the %s jars"
                                    + " and flink-gpu into Flink's lib/ directory, take them out of"
                                    + " the job's jar, and set"
                                    + " classloader.parent-first-patterns.additional: %s")
                            .formatted(name, inJob, name, packages));
        }
    }

    private ClassLoader owner(ClassLoader loader) throws ModelLoadException {
        try {
            return Class.forName(probe, false, loader).getClassLoader();
        } catch (ClassNotFoundException missing) {
            throw new ModelLoadException(
                    "Cannot load %s: it is not on the class path. Put %s into Flink's lib/ directory."
                            .formatted(name, jars),
                    missing);
        }
    }
}
