package io.github.amlmaven.emulator.container;

import java.util.Locale;

/**
 * An image's name taken apart the way Docker does: the first segment is a host only when it looks like one.
 *
 * @param authority registry host with port, {@code docker.io} when the name has none
 * @param repository without host, tag and digest
 * @param reference tag or {@code sha256:...}; {@code latest} when the name has none
 */
public record ImageReference(String authority, String repository, String reference) {

    private static final String ACR_SUFFIX = ".azurecr.io";

    public static ImageReference parse(String image) {
        String authority = "docker.io";
        String rest = image;
        int slash = image.indexOf('/');
        if (slash > 0) {
            String first = image.substring(0, slash);
            if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
                authority = first.toLowerCase(Locale.ROOT);
                rest = image.substring(slash + 1);
            }
        }
        String reference = "latest";
        int at = rest.indexOf('@');
        if (at >= 0) {
            reference = rest.substring(at + 1);
            rest = rest.substring(0, at);
        }
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            reference = at >= 0 ? reference : rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        if (rest.isEmpty() || reference.isEmpty()) {
            throw new IllegalArgumentException("not an image reference: " + image);
        }
        return new ImageReference(authority, rest, reference);
    }

    /** What the image store knows the registry by: an ACR's own name, or the authority. */
    public String registry() {
        return authority.endsWith(ACR_SUFFIX)
                ? authority.substring(0, authority.length() - ACR_SUFFIX.length())
                : authority;
    }

    @Override
    public String toString() {
        return authority + "/" + repository + (reference.contains(":") ? "@" : ":") + reference;
    }
}
