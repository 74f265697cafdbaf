package io.github.amlmaven.emulator.container;

import java.io.IOException;

/** The image is not in the registry, or is not one that can be unpacked here. */
public final class ImageUnavailableException extends IOException {

    private static final long serialVersionUID = 1L;

    public ImageUnavailableException(String message) {
        super(message);
    }

    public ImageUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
