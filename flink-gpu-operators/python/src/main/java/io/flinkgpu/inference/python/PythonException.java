package io.flinkgpu.inference.python;

import org.apache.flink.annotation.PublicEvolving;

/** What happened in a Python process; its message is the traceback, as Python prints it. */
@PublicEvolving
public class PythonException extends Exception {

    private static final long serialVersionUID = 1L;

    PythonException(String traceback) {
        // The stack of the thread that read it tells nothing.
        super(traceback, null, false, false);
    }
}
