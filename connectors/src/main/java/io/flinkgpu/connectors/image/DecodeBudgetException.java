package io.flinkgpu.connectors.image;

import java.io.IOException;

/** Decoding an image has taken as much processor time as it may. */
final class DecodeBudgetException extends IOException {

    DecodeBudgetException() {
        super("the time for one image is over");
    }
}
