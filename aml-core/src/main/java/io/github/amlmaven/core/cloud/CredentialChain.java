package io.github.amlmaven.core.cloud;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import io.github.amlmaven.core.cloud.CredentialReport.Link;
import io.github.amlmaven.core.cloud.CredentialReport.Outcome;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The identity of a build: the first link that is configured and gets a token, in this order: the service principal
 * that the user named, environment variables, workload identity, GitHub Actions, Azure Pipelines, managed identity,
 * Azure CLI.
 *
 * <p>A link that the user configured and that Entra ID refuses ends the search: going on would run the build under an
 * identity that nobody asked for.
 */
public final class CredentialChain implements TokenCredential {

    private final List<CredentialLink> links;
    private @Nullable CredentialLink found;

    CredentialChain(List<CredentialLink> links) {
        this.links = List.copyOf(links);
    }

    /**
     * The chain for a cloud.
     *
     * @param explicit the identity that the user named; the only link for a local cloud
     * @param environment the process's environment variables
     */
    public static CredentialChain of(
            CloudEndpoints endpoints,
            Optional<ServicePrincipal> explicit,
            Map<String, String> environment,
            HttpClient httpClient) {
        return new CredentialChain(new CredentialLinks(endpoints, environment, httpClient).all(explicit));
    }

    @Override
    public Mono<AccessToken> getToken(TokenRequestContext request) {
        return Mono.fromCallable(() -> getTokenSync(request)).subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public AccessToken getTokenSync(TokenRequestContext request) {
        CredentialLink known;
        synchronized (this) {
            known = found;
        }
        if (known != null) {
            return known.token(request);
        }
        List<Link> said = new ArrayList<>();
        AccessToken token = search(request, said);
        if (token != null) {
            return token;
        }
        Optional<Link> refused =
                said.stream().filter(l -> l.outcome() == Outcome.REFUSED).findFirst();
        if (refused.isPresent()) {
            throw AmlException.of(
                            ErrorCode.CREDENTIAL_REFUSED,
                            refused.get().name() + ": " + refused.get().detail())
                    .build();
        }
        StringBuilder text = new StringBuilder("No credential could get a token:");
        said.forEach(link -> text.append("\n    ").append(link));
        throw AmlException.of(ErrorCode.CREDENTIAL_UNAVAILABLE, text.toString()).build();
    }

    /**
     * Tries the links and says what each one said.
     *
     * @param audience the resource that a token is asked for, without {@code /.default}
     */
    public CredentialReport report(String audience) {
        List<Link> said = new ArrayList<>();
        AccessToken token = search(new TokenRequestContext().addScopes(audience + "/.default"), said);
        for (int i = said.size(); i < links.size(); i++) {
            said.add(new Link(links.get(i).name(), Outcome.NOT_TRIED, ""));
        }
        return new CredentialReport(said, token == null ? Optional.empty() : TokenIdentity.of(token.getToken()));
    }

    private @Nullable AccessToken search(TokenRequestContext request, List<Link> said) {
        for (CredentialLink link : links) {
            Optional<String> missing = link.missing();
            if (missing.isPresent()) {
                said.add(new Link(link.name(), Outcome.NOT_CONFIGURED, missing.get()));
                continue;
            }
            try {
                AccessToken token = link.token(request);
                said.add(new Link(link.name(), Outcome.USED, ""));
                synchronized (this) {
                    found = link;
                }
                return token;
            } catch (RuntimeException failure) {
                Outcome outcome = link.binding() ? Outcome.REFUSED : Outcome.UNAVAILABLE;
                said.add(new Link(link.name(), outcome, reason(failure)));
                if (link.binding()) {
                    return null;
                }
            }
        }
        return null;
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        String line = Redaction.of(message.lines().findFirst().orElse(message)).strip();
        return line.length() > 300 ? line.substring(0, 300) + "..." : line;
    }
}
