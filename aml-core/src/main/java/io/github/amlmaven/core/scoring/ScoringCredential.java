package io.github.amlmaven.core.scoring;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/**
 * What opens a scoring address: a key or a token, sent as {@code Authorization: Bearer}.
 *
 * @param value the secret; never printed
 * @param issuedFor the address it belongs to; empty when the user gave secret and address together
 */
public record ScoringCredential(String value, Optional<URI> issuedFor) {

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
