package io.github.amlmaven.core.asset;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.AssetHash;
import io.github.amlmaven.core.content.ContentFiles;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.storage.BlobUpload;
import io.github.amlmaven.core.storage.Datastore;
import io.github.amlmaven.core.storage.DatastoreAccess;
import io.github.amlmaven.core.storage.DatastoreUri;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts models, data and build contexts where azure-ai-ml puts them: {@code LocalUpload/{object hash}/{name}} of a
 * datastore ({@code _artifacts/_artifact_utilities.py}).
 */
public final class ArtifactUpload {

    private final DatastoreAccess datastores;
    private final Progress progress;

    public ArtifactUpload(AzureClients clients, Progress progress) {
        this.datastores = new DatastoreAccess(clients);
        this.progress = progress;
    }

    /** The datastores that uploads go to. */
    public DatastoreAccess datastores() {
        return datastores;
    }

    /**
     * Uploads a file or folder, unless it is there already.
     *
     * @param objectHash of the files, {@link AssetHash#object}
     * @param datastore its name; null for the default one
     * @param marks metadata for the first blob: {@code name} and {@code version} of the asset
     * @return where the file or the folder is
     */
    public DatastoreUri upload(Path local, String objectHash, @Nullable String datastore, Map<String, String> marks) {
        ContentFiles files = ContentFiles.of(local);
        DatastoreUri place = place(local, objectHash, datastore);
        Datastore store = datastores.datastore(place.datastore());
        String folder = Files.isDirectory(local)
                ? place.path() + "/"
                : place.path().substring(0, place.path().lastIndexOf('/') + 1);
        new BlobUpload(datastores.container(store, progress), datastores.limits(), progress)
                .upload(files, folder, marks);
        return place;
    }

    /** Where {@link #upload} would put it; sends nothing. */
    static DatastoreUri place(Path local, String objectHash, @Nullable String datastore) {
        String name = datastore == null ? DatastoreAccess.DEFAULT : AssetIds.plain(datastore);
        Path file = local.toAbsolutePath().normalize().getFileName();
        return new DatastoreUri(name, "LocalUpload/" + objectHash + "/" + file);
    }
}
