package io.github.amlmaven.core.image;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import java.util.Optional;

/** What a scoring image is built on. */
sealed interface BaseImage {

    /** How the result names it: with its digest. */
    String identity();

    /** Major and minor of the Python inside, where it can be told. */
    Optional<String> pythonVersion();

    /** Begins an image on this base. */
    JibContainerBuilder start();

    /**
     * An image of a registry, resolved to its digest.
     *
     * @param pythonVersion major and minor as its {@code PYTHON_VERSION} says
     */
    record Pulled(ImageReference reference, Optional<Credential> credential, Optional<String> pythonVersion)
            implements BaseImage {

        @Override
        public String identity() {
            return reference.toString();
        }

        @Override
        public JibContainerBuilder start() {
            return Jib.from(RegistryImage.named(reference).addCredentialRetriever(() -> credential));
        }

        @Override
        public String toString() {
            return "Pulled[" + reference + "]";
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
    }
}
