package io.github.amlmaven.emulator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;

/** Brings an image with all it refers to into a repository: an index with every child, a manifest with every blob. */
final class ImageCopy {

    private final Repositories repositories;

    ImageCopy(Repositories repositories) {
        this.repositories = repositories;
    }

    /**
     * Copies; what is there already is not read again.
     *
     * @return the manifest's digest, the same as at the source
     */
    String copy(ImageSource source, String sourceRepository, ImageSource.Fetched fetched, Repository target)
            throws IOException {
        JsonNode manifest = fetched.bytes().json();
        Manifests.checkForm(manifest, fetched.mediaType());
        if (Manifests.isIndex(fetched.mediaType())) {
            for (String child : Manifests.children(manifest)) {
                ImageSource.Fetched childManifest = source.manifest(sourceRepository, child)
                        .orElseThrow(() -> new IOException("the index names " + child + ", which is not there"));
                copy(source, sourceRepository, childManifest, target);
            }
        } else {
            for (String digest : Manifests.blobs(manifest)) {
                blob(source, sourceRepository, digest, target);
            }
        }
        return repositories.putManifest(target, fetched.mediaType(), fetched.bytes());
    }

    void blob(ImageSource source, String sourceRepository, String digest, Repository target) throws IOException {
        if (repositories.hasBlob(target, digest)) {
            return;
        }
        if (!repositories.content().contains(digest)) {
            try (InputStream in = source.blob(sourceRepository, digest)) {
                repositories.content().add(digest, in);
            }
        }
        repositories.linkBlob(target, digest);
    }
}
