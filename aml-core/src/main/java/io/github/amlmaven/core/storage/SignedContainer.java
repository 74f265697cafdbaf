package io.github.amlmaven.core.storage;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobStorageException;
import io.github.amlmaven.core.progress.Progress;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A container whose signature may expire while much is moved to or from it: it is then opened again. Thread-safe. */
public final class SignedContainer {

    private final Supplier<BlobContainerClient> open;
    private final Progress progress;
    private @Nullable Opened opened;

    /** The container by one signature. */
    private record Opened(BlobContainerClient client, PutOperations puts) {
        Opened(BlobContainerClient client) {
            this(client, new PutOperations(client));
        }
    }

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
        return put(what, (puts, client) -> action.apply(client));
    }

    /** The same for a call that sends what many are sent of. */
    <T> T put(String what, BiFunction<PutOperations, BlobContainerClient, T> action) {
        try {
            Opened current = opened();
            try {
                return action.apply(current.puts(), current.client());
            } catch (BlobStorageException refused) {
                if (!BlobErrors.isExpiredSignature(refused)) {
                    throw refused;
                }
                Opened again = reopened(current);
                return action.apply(again.puts(), again.client());
            }
        } catch (RuntimeException failure) {
            throw BlobErrors.of(what, failure);
        }
    }

    private synchronized Opened opened() {
        Opened current = opened;
        if (current == null) {
            current = new Opened(open.get());
            opened = current;
        }
        return current;
    }

    /** All threads see the same refusal; the first one renews. */
    private synchronized Opened reopened(Opened refused) {
        if (opened().client() == refused.client()) {
            progress.debug("The storage signature is refused; asking for a new one");
            opened = new Opened(open.get());
        }
        return opened();
    }
}
