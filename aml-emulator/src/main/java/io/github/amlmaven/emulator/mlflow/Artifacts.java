package io.github.amlmaven.emulator.mlflow;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import io.github.amlmaven.emulator.job.data.DataFailure;
import io.github.amlmaven.emulator.job.data.DataLocations;
import io.github.amlmaven.emulator.storage.BlobStore;
import io.github.amlmaven.emulator.storage.BlobStore.BlobItem;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Files and folders of a workspace's datastores, as artifacts. */
final class Artifacts {

    private static final Duration LINK_LIFE = Duration.ofHours(1);

    private final DataLocations locations;
    private final BlobStore blobs;
    private final URI base;

    /** @param base of the emulator's own URLs */
    Artifacts(DataLocations locations, BlobStore blobs, URI base) {
        this.locations = locations;
        this.blobs = blobs;
        this.base = base;
    }

    /** A file or folder in a folder; {@code size} is empty for a folder. */
    record Item(String path, Optional<Long> size) {}

    /** What is directly in a folder; paths are relative to it. */
    List<Item> in(ResourceId workspace, ArtifactPlace folder) {
        Map<String, Item> found = new TreeMap<>();
        for (Item file : below(workspace, folder)) {
            int slash = file.path().indexOf('/');
            String name = slash < 0 ? file.path() : file.path().substring(0, slash);
            found.putIfAbsent(name, slash < 0 ? file : new Item(name, Optional.empty()));
        }
        return new ArrayList<>(found.values());
    }

    /** All files below a folder; paths are relative to it. */
    List<Item> below(ResourceId workspace, ArtifactPlace folder) {
        BlobLocation root = at(workspace, folder);
        String prefix = root.path().isEmpty() ? "" : root.path() + "/";
        return blobs.list(root.account(), root.container(), prefix).stream()
                .map(item -> new Item(item.name().substring(prefix.length()), Optional.of(item.length())))
                .toList();
    }

    /** The length of a file, or empty when there is none. */
    Optional<Long> length(ResourceId workspace, ArtifactPlace file) {
        BlobLocation blob = at(workspace, file);
        return blobs.list(blob.account(), blob.container(), blob.path()).stream()
                .filter(item -> item.name().equals(blob.path()))
                .map(BlobItem::length)
                .findFirst();
    }

    InputStream open(ResourceId workspace, ArtifactPlace file) throws IOException {
        BlobLocation blob = at(workspace, file);
        return blobs.open(blob.account(), blob.container(), blob.path());
    }

    void put(ResourceId workspace, ArtifactPlace file, InputStream content) throws IOException {
        BlobLocation blob = at(workspace, file);
        Path part = Files.createTempFile("aml-artifact", null);
        try {
            Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            blobs.put(blob.account(), blob.container(), blob.path(), part);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * A SAS URL for a file that may have to be written first; azureml-mlflow wants the account in its host.
     *
     * @param permissions as in {@code sp}
     */
    String link(ResourceId workspace, ArtifactPlace file, String permissions) {
        BlobLocation blob = at(workspace, file);
        String sas = blobs.containerSas(blob.account(), blob.container(), permissions, LINK_LIFE);
        String host = base.getScheme() + "://" + blob.account() + ".blob." + base.getAuthority();
        String path = "/" + blob.container() + "/" + blob.path();
        try {
            return host + new URI(null, null, path, null).getRawPath() + "?" + sas;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private BlobLocation at(ResourceId workspace, ArtifactPlace place) {
        for (String segment : place.path().split("/", -1)) {
            if (segment.equals("..")) {
                throw MlflowError.invalid("Invalid artifact path: '" + place.path() + "'.");
            }
        }
        try {
            return locations.datastore(workspace, place.datastore()).resolve(place.path());
        } catch (DataFailure e) {
            throw MlflowError.missing("Datastore '" + place.datastore() + "'");
        }
    }
}
