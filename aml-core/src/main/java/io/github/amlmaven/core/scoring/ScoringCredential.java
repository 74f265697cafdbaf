package io.github.amlmaven.core.scoring;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What opens a scoring address: a key or a token, sent as {@code Authorization: Bearer} or in a header of its own.
 *
 * @param value the secret; never printed
 * @param issuedFor the address it belongs to; empty when the user gave secret and address together
 * @param header that the secret is sent in as it is; empty means {@code Authorization}
 */
public record ScoringCredential(Kind kind, String value, Optional<URI> issuedFor, Optional<String> header) {

    /** What it is, by which is told what to do about a server that does not take it. */
    public enum Kind {
        KEY(
                "The key is not the deployment's: run the deploy goal again, or name the key by -Daml.score.keyServerId or the"
                        + " environment variable AML_SCORING_KEY."),
        AML_TOKEN(
                "The service made this token for the endpoint a moment ago, so the endpoint has another auth_mode by now, or"
                        + " what is called is another endpoint: run 'mvn aml:deploy-managed' again."),
        ENTRA_TOKEN("The build's identity ('mvn aml:whoami') may not call it: an online endpoint wants a role with"
                + " Microsoft.MachineLearningServices/workspaces/onlineEndpoints/score/action, such as AzureML Data Scientist;"
                + " what was deployed with auth entra wants one of its entraRoles.");

        private final String remedy;

        Kind(String remedy) {
            this.remedy = remedy;
        }

        /** What to do when the server answers 401 or 403. */
        String remedy() {
            return remedy;
        }
    }

    /** A key that is sent as a bearer's. */
    public ScoringCredential(String value, Optional<URI> issuedFor) {
        this(Kind.KEY, value, issuedFor, Optional.empty());
    }

    /** A key that may have a header of its own. */
    public ScoringCredential(String value, Optional<URI> issuedFor, Optional<String> header) {
        this(Kind.KEY, value, issuedFor, header);
    }

    /** A token for one address. */
    public static ScoringCredential token(Kind kind, String value, URI issuedFor) {
        return new ScoringCredential(kind, value, Optional.of(issuedFor), Optional.empty());
    }

    /**
     * An Entra ID token for an online endpoint of Azure Machine Learning; other servers never get to see one.
     *
     * @param token asked for only when the address is an endpoint's
     */
    public static ScoringCredential entraToken(URI address, Supplier<String> token) {
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        boolean endpoint = host.endsWith(".inference.ml.azure.com")
                || host.endsWith(".inference.ml.azure.cn")
                || host.endsWith(".inference.ml.azure.us")
                || Loopback.is(address);
        if (!endpoint || !(Loopback.is(address) || "https".equalsIgnoreCase(address.getScheme()))) {
            throw AmlException.of(
                            ErrorCode.SCORING_KEY_WITHHELD,
                            "An Entra ID token is not sent to " + address + ", which is no online endpoint")
                    .build();
        }
        return token(Kind.ENTRA_TOKEN, token.get(), address);
    }

    /** Whether the secret belongs to the server at {@code address}. */
    boolean belongsTo(URI address) {
        return issuedFor.map(own -> origin(own).equals(origin(address))).orElse(true);
    }

    private static String origin(URI address) {
        int port = address.getPort() >= 0 ? address.getPort() : "https".equals(address.getScheme()) ? 443 : 80;
        return (address.getScheme() + "://" + address.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "ScoringCredential[issuedFor=" + issuedFor.map(URI::toString).orElse("the given address") + "]";
    }
}
