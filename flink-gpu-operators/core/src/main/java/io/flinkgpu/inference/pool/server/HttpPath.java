package io.flinkgpu.inference.pool.server;

import com.linecorp.armeria.common.HttpMethod;
import io.flinkgpu.inference.pool.ServedModel;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.annotation.Nullable;

/**
 * What a path of the protocol over HTTP asks for.
 *
 * <p>A model's name may have slashes, as they are or encoded; the last segments tell the call. A
 * slash at the end means nothing.
 *
 * @param model blank where the path has none
 */
record HttpPath(Call call, String model, String version) {

    /** The calls, and how each is made. */
    enum Call {
        SERVER(HttpMethod.GET),
        LIVE(HttpMethod.GET),
        READY(HttpMethod.GET),
        MODEL(HttpMethod.GET),
        MODEL_READY(HttpMethod.GET),
        CONFIG(HttpMethod.GET),
        STATISTICS(HttpMethod.GET),
        INFER(HttpMethod.POST),
        INDEX(HttpMethod.POST),
        LOAD(HttpMethod.POST),
        UNLOAD(HttpMethod.POST);

        private final HttpMethod method;

        Call(HttpMethod method) {
            this.method = method;
        }

        HttpMethod method() {
            return method;
        }

        boolean accepts(HttpMethod asked) {
            return asked == method || (method == HttpMethod.GET && asked == HttpMethod.HEAD);
        }
    }

    /**
     * Reads a path.
     *
     * @param path still encoded
     * @return empty if it is none of the protocol's
     * @throws io.grpc.StatusRuntimeException {@code INVALID_ARGUMENT} if it is badly encoded
     */
    static Optional<HttpPath> parse(String path) {
        List<String> segments = segments(path);
        if (segments.isEmpty() || !segments.get(0).equals("v2")) {
            return Optional.empty();
        }
        List<String> rest = segments.subList(1, segments.size());
        if (rest.isEmpty()) {
            return Optional.of(new HttpPath(Call.SERVER, "", ""));
        }
        List<String> behind = rest.subList(1, rest.size());
        return switch (rest.get(0)) {
            case "health" -> health(behind);
            case "models" -> model(behind);
            case "repository" -> repository(behind);
            default -> Optional.empty();
        };
    }

    /**
     * The model that is asked for.
     *
     * @throws io.grpc.StatusRuntimeException {@code INVALID_ARGUMENT} if its name is blank
     */
    ServedModel served() {
        try {
            return new ServedModel(model, version);
        } catch (IllegalArgumentException noName) {
            throw FailureStatus.invalid(noName.getMessage());
        }
    }

    private static Optional<HttpPath> health(List<String> segments) {
        if (segments.equals(List.of("live"))) {
            return Optional.of(new HttpPath(Call.LIVE, "", ""));
        }
        return segments.equals(List.of("ready"))
                ? Optional.of(new HttpPath(Call.READY, "", ""))
                : Optional.empty();
    }

    private static Optional<HttpPath> model(List<String> segments) {
        if (segments.isEmpty()) {
            return Optional.empty();
        }
        if (segments.equals(List.of("stats"))) {
            return Optional.of(new HttpPath(Call.STATISTICS, "", ""));
        }
        Call call = ofModel(last(segments));
        List<String> name =
                call == null || segments.size() == 1
                        ? segments
                        : segments.subList(0, segments.size() - 1);
        boolean alone = name.size() == segments.size();
        return Optional.of(named(alone ? Call.MODEL : call, name));
    }

    @Nullable
    private static Call ofModel(String segment) {
        return switch (segment) {
            case "infer" -> Call.INFER;
            case "ready" -> Call.MODEL_READY;
            case "config" -> Call.CONFIG;
            case "stats" -> Call.STATISTICS;
            default -> null;
        };
    }

    private static HttpPath named(Call call, List<String> segments) {
        int size = segments.size();
        boolean versioned = size > 2 && segments.get(size - 2).equals("versions");
        return versioned
                ? new HttpPath(call, name(segments.subList(0, size - 2)), last(segments))
                : new HttpPath(call, name(segments), ServedModel.LATEST);
    }

    private static Optional<HttpPath> repository(List<String> segments) {
        if (segments.equals(List.of("index"))) {
            return Optional.of(new HttpPath(Call.INDEX, "", ""));
        }
        if (segments.size() < 3 || !segments.get(0).equals("models")) {
            return Optional.empty();
        }
        String name = name(segments.subList(1, segments.size() - 1));
        return switch (last(segments)) {
            case "load" -> Optional.of(new HttpPath(Call.LOAD, name, ""));
            case "unload" -> Optional.of(new HttpPath(Call.UNLOAD, name, ""));
            default -> Optional.empty();
        };
    }

    private static List<String> segments(String path) {
        List<String> segments = new ArrayList<>();
        for (String segment : path.split("/", -1)) {
            if (!segment.isEmpty()) {
                segments.add(decoded(segment));
            }
        }
        return segments;
    }

    private static String decoded(String segment) {
        try {
            // In a path, unlike in a form, a plus is a plus.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badlyEncoded) {
            throw FailureStatus.invalid(
                    "Invalid path segment: '%s'. A percent sign starts two hexadecimal digits."
                            .formatted(segment));
        }
    }

    private static String name(List<String> segments) {
        return String.join("/", segments);
    }

    private static String last(List<String> segments) {
        return segments.get(segments.size() - 1);
    }
}
