package io.flinkgpu.table.stage;

import java.util.Arrays;
import java.util.stream.Stream;

/** Names runtime providers, which are often anonymous classes, by their interface. */
final class Providers {

    private Providers() {}

    /** The simple name of the interface below a common one that an object has. */
    static String nameOf(Object provider, Class<?> common) {
        return superTypes(provider.getClass())
                .flatMap(type -> Arrays.stream(type.getInterfaces()))
                .filter(type -> common.isAssignableFrom(type) && type != common)
                .map(Class::getSimpleName)
                .findFirst()
                .orElseGet(() -> provider.getClass().getName());
    }

    private static Stream<Class<?>> superTypes(Class<?> type) {
        return Stream.iterate(type, each -> each != null, Class::getSuperclass);
    }
}
