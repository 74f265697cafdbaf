package io.github.amlmaven.core.python;

import java.util.regex.Pattern;

/** Keeps the credentials of package index addresses ({@code https://user:password@host}) out of what people read. */
public final class IndexCredentials {

    private static final Pattern CREDENTIAL = Pattern.compile("://[^/@\\s]+@");

    private IndexCredentials() {}

    /** The text with {@code user:password@} of addresses hidden. */
    public static String masked(String text) {
        return CREDENTIAL.matcher(text).replaceAll("://***@");
    }
}
