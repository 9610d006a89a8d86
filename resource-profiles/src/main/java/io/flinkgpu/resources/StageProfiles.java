package io.flinkgpu.resources;

import io.flinkgpu.resources.yaml.YamlTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;
import org.apache.flink.annotation.PublicEvolving;

/**
 * The stage profiles of a job by name, in the order of their declaration.
 *
 * <p>Immutable and safe for any thread. The YAML form is described by the JSON schema {@code
 * io/flinkgpu/resources/stage-profiles.schema.json}.
 */
@PublicEvolving
public final class StageProfiles {

    private final Map<String, StageProfile> byName;

    private StageProfiles(Map<String, StageProfile> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /**
     * Returns a set of these profiles.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    public static StageProfiles of(Collection<StageProfile> profiles) {
        Map<String, StageProfile> byName = new LinkedHashMap<>();
        for (StageProfile profile : profiles) {
            if (byName.putIfAbsent(profile.name(), profile) != null) {
                throw new IllegalArgumentException(
                        "Invalid profiles: two are named '"
                                + profile.name()
                                + "'. Give each profile a name of its own.");
            }
        }
        return new StageProfiles(byName);
    }

    /**
     * Reads a YAML file, in UTF-8.
     *
     * @throws InvalidProfilesException naming every problem of the file with its line
     * @throws UncheckedIOException if the file cannot be read
     */
    public static StageProfiles fromYaml(Path file) {
        try {
            return fromYaml(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file.", e);
        } catch (IOException e) {
            throw unreadable(file, e.toString(), e);
        }
    }

    /**
     * Reads YAML text.
     *
     * @param sourceName what errors call the text, such as its file name
     * @throws InvalidProfilesException naming every problem of the text with its line
     */
    public static StageProfiles fromYaml(String yaml, String sourceName) {
        return of(new ProfilesReader(sourceName).read(yaml));
    }

    /**
     * Reads the key {@code profiles} of a document that holds more than profiles.
     *
     * @param sourceName what errors call the document, such as its file name
     * @throws InvalidProfilesException naming every problem of the profiles with its line
     */
    @Internal
    public static StageProfiles fromTree(YamlTree document, String sourceName) {
        return of(new ProfilesReader(sourceName).read(document.only(ProfilesReader.PROFILES)));
    }

    /**
     * Returns the profile of this name.
     *
     * @throws IllegalArgumentException if there is none; the message lists the known names
     */
    public StageProfile get(String name) {
        StageProfile profile = byName.get(name);
        if (profile == null) {
            throw new IllegalArgumentException(
                    "Invalid profile: '" + name + "'. Known profiles are " + byName.keySet() + ".");
        }
        return profile;
    }

    /** Returns the names in the order of declaration. */
    public Set<String> names() {
        return byName.keySet();
    }

    /** Returns the profiles in the order of declaration. */
    public Collection<StageProfile> all() {
        return byName.values();
    }

    private static UncheckedIOException unreadable(Path file, String reason, IOException cause) {
        return new UncheckedIOException("Cannot read profiles " + file + ": " + reason, cause);
    }
}
