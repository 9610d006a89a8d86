package io.flinkgpu.inference.model;

import org.apache.flink.annotation.Internal;

/**
 * What tells the answers of one model from those of others.
 *
 * <p>Two equal identities answer a row alike, as far as can be seen from outside: location,
 * signature, options and version are the same, and so are the files where they can be looked at.
 *
 * @param model everything but the version, as one text
 * @param version as answers name it; empty if a foreign server does not say
 */
@Internal
public record ModelIdentity(String model, String version) {

    /** The identity of files that were found. */
    static ModelIdentity of(ModelVersion version) {
        ModelRef ref = version.ref();
        return new ModelIdentity(
                "%s %s %s".formatted(ref, ref.options(), version.fingerprint()),
                ModelVersion.nameOf(ref));
    }
}
