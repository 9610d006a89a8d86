package io.flinkgpu.connectors.audio;

/** A file's audio is not taken; the message is the reason, for a person. */
final class AudioRefusedException extends Exception {

    AudioRefusedException(String reason) {
        super(reason);
    }
}
