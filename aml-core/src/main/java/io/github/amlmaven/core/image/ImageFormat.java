package io.github.amlmaven.core.image;

/** The format of the image's manifest. */
public enum ImageFormat {
    DOCKER,
    OCI
}
