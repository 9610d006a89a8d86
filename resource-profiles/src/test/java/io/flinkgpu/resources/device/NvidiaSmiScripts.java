package io.flinkgpu.resources.device;

import java.io.File;

/** The committed programs that answer as {@code nvidia-smi} does. */
final class NvidiaSmiScripts {

    private NvidiaSmiScripts() {}

    /** Returns the path of a program, executable whatever copied it. */
    static String path(String name) {
        File script = new File(NvidiaSmiScripts.class.getResource(name).getPath());
        if (!script.setExecutable(true)) {
            throw new IllegalStateException("Cannot make " + script + " executable.");
        }
        return script.getPath();
    }
}
