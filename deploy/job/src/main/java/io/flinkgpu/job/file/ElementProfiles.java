package io.flinkgpu.job.file;

import io.flinkgpu.job.config.Config;
import io.flinkgpu.job.config.NearestName;
import io.flinkgpu.job.config.Value;
import io.flinkgpu.resources.StageProfiles;
import java.util.List;

/** Holds the profiles that elements name against those that the file has. */
final class ElementProfiles {

    private final Config file;
    private final StageProfiles profiles;
    private final boolean haveProblems;

    /**
     * @param haveProblems whether the file has profiles that could not be read
     */
    ElementProfiles(Config file, StageProfiles profiles, boolean haveProblems) {
        this.file = file;
        this.profiles = profiles;
        this.haveProblems = haveProblems;
    }

    /** Adds a problem for each profile that there is not, and each element without one. */
    void check(List<ElementSpec> elements) {
        file.find(PipelineKeys.PROFILE)
                .ifPresent(name -> requireKnown(name, file.at(PipelineKeys.PROFILE)));
        for (ElementSpec element : elements) {
            Value at = element.value().get(ElementKeys.PROFILE.name());
            if (!at.isMissing()) {
                requireKnown(element.profile(), at);
            } else if (!profiles.names().isEmpty() && element.profile() == null) {
                element.value()
                        .problem(
                                "Invalid %s: it has no profile, and others have. Add profile: NAME to it, or to the file for all."
                                        .formatted(element.subject()));
            }
        }
    }

    private void requireKnown(String name, Value at) {
        if (!profiles.names().contains(name) && !haveProblems) {
            at.invalid(
                    "There is no such profile. %s"
                            .formatted(NearestName.suggest(name, profiles.names())));
        }
    }
}
