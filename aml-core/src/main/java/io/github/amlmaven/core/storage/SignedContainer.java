package io.github.amlmaven.core.storage;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import io.github.amlmaven.core.progress.Progress;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A container whose signature may expire while much is moved to or from it: it is then opened again. Thread-safe. */
public final class SignedContainer {

    private final Supplier<BlobContainerClient> open;
    private final Progress progress;
    private @Nullable BlobContainerClient container;

    /**
     * @param open opens the container; asked when first needed, and again when the signature is refused
     */
    public SignedContainer(Supplier<BlobContainerClient> open, Progress progress) {
        this.open = open;
        this.progress = progress;
    }

    /**
     * One call; with a fresh signature when the one at hand is no longer accepted.
     *
     * @param what the caller was about to do, as the user reads it when it fails
     */
    <T> T call(String what, Function<BlobContainerClient, T> action) {
        try {
            BlobContainerClient current = container();
            try {
                return action.apply(current);
            } catch (BlobStorageException refused) {
                if (!BlobErrors.isExpiredSignature(refused)) {
                    throw refused;
                }
                return action.apply(reopened(current));
            }
        } catch (RuntimeException failure) {
            throw BlobErrors.of(what, failure);
        }
    }

    private synchronized BlobContainerClient container() {
        BlobContainerClient current = container;
        if (current == null) {
            current = open.get();
            container = current;
        }
        return current;
    }

    /** All threads see the same refusal; the first one renews. */
    private synchronized BlobContainerClient reopened(BlobContainerClient refused) {
        if (container == refused) {
            progress.debug("The storage signature is refused; asking for a new one");
            container = open.get();
        }
        return container();
    }
}
