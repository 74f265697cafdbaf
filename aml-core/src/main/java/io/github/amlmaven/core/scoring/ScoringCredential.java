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
public record ScoringCredential(String value, Optional<URI> issuedFor, Optional<String> header) {

    /** A bearer's. */
    public ScoringCredential(String value, Optional<URI> issuedFor) {
        this(value, issuedFor, Optional.empty());
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
        return new ScoringCredential(token.get(), Optional.of(address));
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
