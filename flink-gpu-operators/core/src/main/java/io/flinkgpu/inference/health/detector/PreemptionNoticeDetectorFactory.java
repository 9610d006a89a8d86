package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.health.DetectorContext;
import io.flinkgpu.inference.health.DetectorOptions;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.FailureDetectorFactory;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.IllegalConfigurationException;
import org.apache.flink.configuration.ReadableConfig;

/** Creates the {@link PreemptionNoticeDetector} of processes that are told where to look. */
@Internal
public final class PreemptionNoticeDetectorFactory implements FailureDetectorFactory {

    /** What the detector is called in options, events and metrics. */
    public static final String NAME = "preemption-notice";

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<FailureDetector> create(DetectorContext context) {
        List<String> problems = new ArrayList<>();
        List<PreemptionNotice> places = places(context.options(), problems);
        if (!problems.isEmpty()) {
            throw new IllegalConfigurationException(String.join(" ", problems));
        }
        return places.isEmpty()
                ? Optional.empty()
                : Optional.of(new PreemptionNoticeDetector(places));
    }

    // The file first: it answers at once.
    private static List<PreemptionNotice> places(ReadableConfig options, List<String> problems) {
        List<PreemptionNotice> places = new ArrayList<>();
        options.getOptional(DetectorOptions.PREEMPTION_NOTICE_FILE)
                .map(name -> file(name, problems))
                .ifPresent(file -> places.add(new PreemptionNoticeFile(file)));
        options.getOptional(DetectorOptions.PREEMPTION_NOTICE_URL)
                .map(text -> address(text, problems))
                .ifPresent(address -> places.add(new PreemptionNoticeUrl(address, TIMEOUT)));
        return places;
    }

    @Nullable
    private static Path file(String name, List<String> problems) {
        try {
            if (!name.isBlank()) {
                return Path.of(name);
            }
        } catch (InvalidPathException invalid) {
            // Told below.
        }
        problems.add(
                "Invalid %s: '%s'. It must be the path of a file."
                        .formatted(DetectorOptions.PREEMPTION_NOTICE_FILE.key(), name));
        return null;
    }

    @Nullable
    private static URI address(String text, List<String> problems) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null
                    && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException invalid) {
            // Told below.
        }
        problems.add(
                "Invalid %s: '%s'. It must be an address such as http://localhost:8080/notice."
                        .formatted(DetectorOptions.PREEMPTION_NOTICE_URL.key(), text));
        return null;
    }
}
