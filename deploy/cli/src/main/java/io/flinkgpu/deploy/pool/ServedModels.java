package io.flinkgpu.deploy.pool;

import io.flinkgpu.deploy.model.ModelArgument;
import io.flinkgpu.inference.model.ModelRef;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The models of a pool as the command line names them: {@code
 * [NAME=][RUNTIME:]LOCATION[#SIGNATURE]}.
 */
final class ServedModels {

    private ServedModels() {}

    /**
     * Reads the texts and looks at the files of paths from here; the task managers look again.
     *
     * @return the models by the name under which to serve each
     * @throws IllegalArgumentException if a path holds no model, or two models have the same name
     */
    static Map<String, ModelRef> parse(Collection<String> texts) {
        Map<String, ModelRef> models = new TreeMap<>();
        for (String text : texts) {
            ModelRef model = model(text);
            String name = name(text, model);
            if (models.putIfAbsent(name, model) != null) {
                throw new IllegalArgumentException(
                        "Invalid --model: %s. Another model is named '%s', too; write NAME=LOCATION."
                                .formatted(text, name));
            }
        }
        return models;
    }

    private static ModelRef model(String text) {
        String unnamed = text.substring(nameEnd(text) + 1);
        if (unnamed.isBlank() || unnamed.startsWith("#")) {
            throw new IllegalArgumentException(
                    "Invalid --model: %s. Write [NAME=][RUNTIME:]LOCATION[#SIGNATURE]."
                            .formatted(text));
        }
        ModelRef model = ModelArgument.parse(unnamed);
        ModelArgument.requirePresent(model);
        return model;
    }

    private static String name(String text, ModelRef model) {
        int end = nameEnd(text);
        return end < 0 ? model.servedName() : text.substring(0, end);
    }

    /** The position of the '=' behind the name; -1 if there is no name. */
    private static int nameEnd(String text) {
        int equals = text.indexOf('=');
        return equals > 0 && text.substring(0, equals).matches("[^/:]+") ? equals : -1;
    }
}
