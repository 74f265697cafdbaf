package io.github.amlmaven.emulator;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.http.HttpError;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.job.process.FolderTree;
import io.github.amlmaven.emulator.machinelearning.AssetContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the blobs of assets the way jobs do. */
record BlobContent(DataLocations locations, BlobFolders folders) implements AssetContent {

    @Override
    public Place locate(ResourceId home, String uri) {
        try {
            BlobLocation found = locations.locate(home, uri);
            return new Place(found.account(), found.container(), found.path());
        } catch (DataFailure e) {
            throw HttpError.arm(400, "UserError", e.getMessage());
        }
    }

    @Override
    public void copy(Place from, Place to) {
        try {
            Path folder = Files.createTempDirectory("aml-copy");
            try {
                folders.upload(folders.download(location(from), folder), location(to));
            } finally {
                FolderTree.delete(folder);
            }
        } catch (DataFailure e) {
            throw HttpError.arm(400, "UserError", e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BlobLocation location(Place place) {
        return new BlobLocation(place.account(), place.container(), place.path());
    }
}
