package io.github.amlmaven.core.cloud;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way to get a token.
 *
 * <p>Built only when it is tried: some of azure-identity's builders check their arguments at once.
 */
final class CredentialLink {

    private final String name;
    private final boolean binding;
    private final Supplier<Optional<String>> missing;
    private final Supplier<TokenCredential> make;
    private @Nullable TokenCredential credential;

    /**
     * A link.
     *
     * @param binding whether the user configured it, so that its failure ends the search
     * @param missing what is not there, when it cannot be tried
     */
    CredentialLink(String name, boolean binding, Supplier<Optional<String>> missing, Supplier<TokenCredential> make) {
        this.name = name;
        this.binding = binding;
        this.missing = missing;
        this.make = make;
    }

    String name() {
        return name;
    }

    boolean binding() {
        return binding;
    }

    Optional<String> missing() {
        return missing.get();
    }

    AccessToken token(TokenRequestContext request) {
        TokenCredential made;
        synchronized (this) {
            made = credential;
            if (made == null) {
                made = make.get();
                credential = made;
            }
        }
        return made.getTokenSync(request);
    }
}
