package io.github.amlmaven.emulator.job.data;

/**
 * A blob or a folder of blobs.
 *
 * @param path without leading or trailing slashes; empty for the whole container
 */
public record BlobLocation(String account, String container, String path) {

    public BlobLocation {
        path = path.replaceAll("^/+|/+$", "").replaceAll("/{2,}", "/");
    }

    public BlobLocation resolve(String inner) {
        return new BlobLocation(account, container, path + "/" + inner);
    }
}
