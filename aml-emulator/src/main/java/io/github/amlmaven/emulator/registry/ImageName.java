package io.github.amlmaven.emulator.registry;

import io.github.amlmaven.emulator.http.HttpError;
import java.util.regex.Pattern;

/**
 * The grammar of repository names, tags and digests of the OCI distribution specification 1.1. All that becomes a file name
 * or a document key passes through here.
 */
final class ImageName {

    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
    private static final Pattern DIGEST = Pattern.compile("sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128}");
    private static final int LONGEST_REPOSITORY = 255;

    private ImageName() {}

    static boolean isRepository(String name) {
        return name.length() <= LONGEST_REPOSITORY && REPOSITORY.matcher(name).matches();
    }

    static boolean isTag(String reference) {
        return TAG.matcher(reference).matches();
    }

    static boolean isDigest(String reference) {
        return DIGEST.matcher(reference).matches();
    }

    static String repository(String name) {
        if (!isRepository(name)) {
            throw OciErrors.of(400, "NAME_INVALID", "invalid repository name");
        }
        return name;
    }

    static String digest(String digest) {
        if (!isDigest(digest)) {
            throw OciErrors.of(
                    400, "DIGEST_INVALID", "provided digest is not sha256 or sha512 followed by lower case hex digits");
        }
        return digest;
    }

    /** A tag or a digest. */
    static String reference(String reference) {
        if (!isDigest(reference) && !isTag(reference)) {
            HttpError error = reference.contains(":")
                    ? OciErrors.of(400, "DIGEST_INVALID", "invalid digest")
                    : OciErrors.of(400, "TAG_INVALID", "invalid tag");
            throw error;
        }
        return reference;
    }
}
