package io.github.amlmaven.core.spec;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How YAML points to an asset, a file or data.
 *
 * <p>Forms: {@code azureml:name:version}, {@code azureml:name@label}, {@code azureml:/subscriptions/...},
 * {@code azureml://registries/...}, any other URI, and paths. Source: azure-ai-ml {@code constants/_common.py}.
 */
public sealed interface AssetReference {

    /** An asset of the workspace; without version and label the service's default. */
    record Named(
            String name, @Nullable String version, @Nullable String label) implements AssetReference {
        @Override
        public String toString() {
            return "azureml:" + name + (version != null ? ":" + version : label != null ? "@" + label : "");
        }
    }

    /** A full ARM id. */
    record ArmId(String id) implements AssetReference {
        @Override
        public String toString() {
            return id;
        }
    }

    /** Anything with a scheme, registry assets included; sent as it is. */
    record Uri(String uri) implements AssetReference {
        @Override
        public String toString() {
            return uri;
        }
    }

    /** A file or folder of this machine, absolute. */
    record Local(Path path) implements AssetReference {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * Reads a reference.
     *
     * @param text as it stands in the file
     * @param directory what a relative path starts from
     */
    static AssetReference parse(String text, Path directory) {
        Optional<AssetReference> remote = remote(text);
        String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
        return remote.orElseGet(() -> new Local(directory.resolve(path).normalize()));
    }

    /** The reference when it does not name something on this machine. */
    static Optional<AssetReference> remote(String text) {
        if (text.startsWith("/subscriptions/")) {
            return Optional.of(new ArmId(text));
        }
        if (Patterns.URI.matcher(text).lookingAt()) {
            return Optional.of(new Uri(text));
        }
        if (!text.startsWith("azureml:")) {
            return Optional.empty();
        }
        String rest = text.substring("azureml:".length());
        if (rest.startsWith("/subscriptions/")) {
            return Optional.of(new ArmId(rest));
        }
        Matcher labelled = Patterns.LABELLED.matcher(rest);
        if (labelled.matches()) {
            return Optional.of(new Named(labelled.group(1), null, labelled.group(2)));
        }
        int colon = rest.lastIndexOf(':');
        return Optional.of(
                colon < 0
                        ? new Named(rest, null, null)
                        : new Named(rest.substring(0, colon), rest.substring(colon + 1), null));
    }

    /** The expressions that references are told by. */
    final class Patterns {
        private static final Pattern URI =
                Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+://|runs:/|git\\+|wasbs?:|abfss?:|adl:");
        private static final Pattern LABELLED = Pattern.compile("([^@:]+)@([^@:]+)");

        private Patterns() {}
    }
}
