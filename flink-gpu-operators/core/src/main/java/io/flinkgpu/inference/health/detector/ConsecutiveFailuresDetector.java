package io.flinkgpu.inference.health.detector;

import io.flinkgpu.inference.fault.ErrorClass;
import io.flinkgpu.inference.health.FailureDetector;
import io.flinkgpu.inference.health.Level;
import io.flinkgpu.inference.health.Observation;
import io.flinkgpu.inference.health.Suspicion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Suspects a device on which one run after the other fails for no known reason.
 *
 * <p>A bad row fails a few runs until it stands alone, but its neighbours pass in between; a sick
 * device lets nothing pass.
 */
final class ConsecutiveFailuresDetector implements FailureDetector {

    private final int most;
    private final Map<String, Integer> failuresInARow = new HashMap<>();
    private final List<Suspicion> suspicions = new ArrayList<>();

    /**
     * Has seen nothing yet.
     *
     * @param most failures in a row that count as one strike, at least 1
     */
    ConsecutiveFailuresDetector(int most) {
        this.most = most;
    }

    @Override
    public synchronized void observed(Observation observation) {
        if (observation.level() != Level.DEVICE) {
            return;
        }
        if (observation.failure().isEmpty()) {
            failuresInARow.remove(observation.subject());
        } else if (observation.failedOf() == ErrorClass.UNKNOWN) {
            count(observation.subject());
        }
    }

    @Override
    public synchronized List<Suspicion> check() {
        List<Suspicion> found = List.copyOf(suspicions);
        suspicions.clear();
        return found;
    }

    private void count(String device) {
        int failures = failuresInARow.merge(device, 1, Integer::sum);
        if (failures >= most) {
            failuresInARow.remove(device);
            suspicions.add(
                    Suspicion.ofDevice(
                            device,
                            ErrorClass.UNKNOWN,
                            "%d runs in a row failed for no known reason".formatted(failures)));
        }
    }
}
