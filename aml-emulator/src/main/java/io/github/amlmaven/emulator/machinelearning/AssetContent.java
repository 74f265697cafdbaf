package io.github.amlmaven.emulator.machinelearning;

import io.github.amlmaven.emulator.arm.ResourceId;

/** The blobs behind assets. */
public interface AssetContent {

    /** A blob or a folder of blobs; {@code path} is empty for a whole container. */
    record Place(String account, String container, String path) {}

    /**
     * What an asset's URI names, as seen from its workspace or registry.
     *
     * @throws io.github.amlmaven.emulator.http.HttpError 400 when that is nothing
     */
    Place locate(ResourceId home, String uri);

    /** @throws io.github.amlmaven.emulator.http.HttpError 400 when there is nothing to copy */
    void copy(Place from, Place to);
}
