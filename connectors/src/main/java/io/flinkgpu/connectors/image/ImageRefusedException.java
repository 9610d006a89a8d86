package io.flinkgpu.connectors.image;

/**
 * An image that is not decoded; the message is the reason, for a person, without the file's name.
 */
final class ImageRefusedException extends Exception {

    ImageRefusedException(String reason) {
        super(reason);
    }
}
