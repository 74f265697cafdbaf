package io.github.amlmaven.core.cloud;

import java.util.List;
import java.util.Optional;

/**
 * What each link of the credential chain said, without a token.
 *
 * @param links in the order they are tried
 * @param identity whom the token speaks for; empty when no link got one
 */
public record CredentialReport(List<Link> links, Optional<TokenIdentity> identity) {

    public CredentialReport {
        links = List.copyOf(links);
    }

    /** What a link said. */
    public enum Outcome {
        /** It got the token that is used. */
        USED,
        /** Its configuration is not there. */
        NOT_CONFIGURED,
        /** It is there in principle, but could not get a token. */
        UNAVAILABLE,
        /** It was configured and Entra ID refused it. */
        REFUSED,
        /** An earlier link had ended the search. */
        NOT_TRIED
    }

    /**
     * One link.
     *
     * @param name as the documentation calls it
     * @param outcome what it said
     * @param detail why, in one line, without secrets
     */
    public record Link(String name, Outcome outcome, String detail) {

        @Override
        public String toString() {
            return name + ": "
                    + outcome.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                    + (detail.isEmpty() ? "" : " (" + detail + ")");
        }
    }
}
