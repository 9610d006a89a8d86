package io.flinkgpu.inference.model.store;

import java.nio.file.Files;
import java.nio.file.Path;

/** A process that uses a model of the cache until it is killed. */
final class OtherCacheUser {

    private OtherCacheUser() {}

    /** Takes the directory of the cache and the location of a file; prints the file's text. */
    public static void main(String[] arguments) throws Exception {
        ModelStore store = new ModelStore(new ModelCacheConfig(Path.of(arguments[0]), 25));
        OpenModel open = store.open(arguments[1], null);
        System.out.println(Files.readString(open.path()));
        System.out.flush();
        int unusedEnd = System.in.read();
        open.close();
    }
}
