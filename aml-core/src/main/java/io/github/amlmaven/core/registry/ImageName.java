package io.github.amlmaven.core.registry;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as it is written: {@code [registry/]repository[:tag][@digest]}.
 *
 * <p>Unlike Docker, no registry and no tag are made up where none is written, since ACR's import takes names relative to
 * a registry. Grammar: OCI distribution specification 1.1, "Pulling manifests".
 */
public record ImageName(Optional<String> registry, String repository, Optional<String> tag, Optional<String> digest) {

    private static final String COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern NAME = Pattern.compile("(?:(?<registry>[^/@]*[.:][^/@]*|localhost)/)?"
            + "(?<repository>" + COMPONENT + "(?:/" + COMPONENT + ")*)"
            + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?"
            + "(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    /** @throws AmlException {@link ErrorCode#CONFIGURATION_INVALID} when the text is no image name */
    public static ImageName parse(String text) {
        Matcher matcher = NAME.matcher(text);
        if (!matcher.matches()) {
            throw AmlException.of(ErrorCode.CONFIGURATION_INVALID, "'" + text + "' is not an image name")
                    .remedy("Write [registry/]repository:tag or [registry/]repository@sha256:<64 hex digits>.")
                    .build();
        }
        return new ImageName(
                Optional.ofNullable(matcher.group("registry")),
                matcher.group("repository"),
                Optional.ofNullable(matcher.group("tag")),
                Optional.ofNullable(matcher.group("digest")));
    }

    /** What a registry is asked for: the digest when there is one, else the tag, else {@code latest}. */
    public String reference() {
        return digest.or(() -> tag).orElse("latest");
    }

    /** Repository and reference without the registry, as ACR's import takes a source. */
    public String withoutRegistry() {
        return digest.map(d -> repository + "@" + d).orElseGet(() -> repository + ":" + reference());
    }

    public ImageName withRegistry(String server) {
        return new ImageName(Optional.of(server), repository, tag, digest);
    }

    /** The same image pinned to its content; the tag is dropped, as a runtime ignores it beside a digest. */
    public ImageName withDigest(String value) {
        return new ImageName(registry, repository, Optional.empty(), Optional.of(value));
    }

    @Override
    public String toString() {
        return registry.map(r -> r + "/").orElse("")
                + repository
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
