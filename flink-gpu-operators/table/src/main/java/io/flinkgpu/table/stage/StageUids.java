package io.flinkgpu.table.stage;

import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.table.connector.ProviderContext;

/**
 * Names the state of a table's operators: as the user says, as the planner does for a compiled
 * plan, or after the table and whether it is read or written.
 *
 * @param chosen by the user; null: none
 * @param otherwise without any other name
 */
record StageUids(@Nullable String chosen, String otherwise, ProviderContext context) {

    /** Of the operator with the model. */
    String stage() {
        return of("inference").orElse(fallback());
    }

    /** Of another operator of the table. */
    String of(String part, String suffix) {
        return of(part).orElseGet(() -> fallback() + suffix);
    }

    private Optional<String> of(String part) {
        return chosen == null ? context.generateUid(part) : Optional.empty();
    }

    private String fallback() {
        return chosen == null ? otherwise : chosen;
    }

    /** For a table behind this one, whose parts have names of their own. */
    ProviderContext inner(String part) {
        return new ProviderContext() {
            @Override
            public Optional<String> generateUid(String name) {
                return Optional.of(StageUids.this.of(part + "-" + name, " " + part + " " + name));
            }

            @Override
            public String getContainerNodeType() {
                return context.getContainerNodeType();
            }

            @Override
            public String getName() {
                return "%s (%s)".formatted(context.getName(), part);
            }

            @Override
            public String getDescription() {
                return context.getDescription();
            }
        };
    }
}
