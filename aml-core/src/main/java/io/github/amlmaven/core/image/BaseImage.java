package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import io.github.amlmaven.core.image.layer.LayeredBase;
import io.github.amlmaven.core.image.layer.RepositoryClient;
import java.util.Optional;

/** What a scoring image is built on. */
sealed interface BaseImage {

    /** How the result names it: with its digest. */
    String identity();

    /** Major and minor of the Python inside, where it can be told. */
    Optional<String> pythonVersion();

    /** Begins an image on this base. */
    JibContainerBuilder start();

    /** The image that the model's layers are put upon in a registry; empty for none. */
    Optional<LayeredBase.Below> below();

    /**
     * An image of a registry, resolved to its digest.
     *
     * @param repository that it is in
     * @param digest of its manifest
     * @param pythonVersion major and minor as its {@code PYTHON_VERSION} says
     */
    record Pulled(RepositoryClient.Repository repository, String digest, Optional<String> pythonVersion)
            implements BaseImage {

        @Override
        public String identity() {
            return reference().toString();
        }

        @Override
        public JibContainerBuilder start() {
            return Jib.from(RegistryImage.named(reference()).addCredentialRetriever(repository::credential));
        }

        @Override
        public Optional<LayeredBase.Below> below() {
            return Optional.of(new LayeredBase.Below(repository, digest));
        }

        private ImageReference reference() {
            return ImageReference.of(repository.registry(), repository.name(), null, digest);
        }
    }

    /**
     * This machine's own Python.
     *
     * @param why the rest of a sentence that says how it came to that
     */
    record Host(HostPython python, String why) implements BaseImage {

        @Override
        public String identity() {
            return "host Python " + python.interpreter().version() + " (" + python.digest() + ")";
        }

        @Override
        public Optional<String> pythonVersion() {
            return Optional.of(python.interpreter().minorVersion());
        }

        @Override
        public JibContainerBuilder start() {
            return Jib.fromScratch();
        }

        @Override
        public Optional<LayeredBase.Below> below() {
            return Optional.empty();
        }
    }
}
