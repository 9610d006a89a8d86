package io.flinkgpu.inference.python;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the tracebacks of a model, each place in the code once: a bad row raises the same many
 * times. Safe for use by many threads.
 */
final class Tracebacks {

    private static final Logger LOG = LoggerFactory.getLogger(Tracebacks.class);
    private static final int MOST_PLACES = 100;

    private final Set<String> places = new HashSet<>();

    /** Logs a traceback, unless one of the same place has been logged. */
    void raised(String worker, String traceback) {
        if (isNew(traceback)) {
            LOG.warn(
                    "{} raised an exception; others from the same place are not logged.\n{}",
                    worker,
                    traceback);
        }
    }

    private synchronized boolean isNew(String traceback) {
        String place =
                traceback
                        .lines()
                        .filter(line -> line.startsWith("  File "))
                        .collect(Collectors.joining());
        return places.size() < MOST_PLACES && places.add(place);
    }
}
