package io.flinkgpu.connectors.decode;

import java.io.IOException;
import org.apache.flink.annotation.Internal;

/** Decoding a file has taken as much processor time as it may. */
@Internal
public final class DecodeBudgetException extends IOException {

    DecodeBudgetException() {
        super("the time for one file is over");
    }
}
