package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.Sha256;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What the official client calls an environment that stands in place. Source: azure-ai-ml 1.34.0
 * ({@code entities/_assets/environment.py} {@code _generate_anonymous_name_version}).
 */
public final class AnonymousEnvironment {

    public static final String NAME = "CliV2AnonymousEnvironment";

    private AnonymousEnvironment() {}

    /** Whether it is one of AML's own, whose short name the service itself understands. */
    public static boolean isCurated(AssetReference environment) {
        return environment instanceof AssetReference.Named named && named.name().startsWith("AzureML-");
    }

    /**
     * The version: a hash of the image, the routes and the conda file, or of the build context.
     *
     * @param contextHash the object hash of the build context
     */
    public static String version(EnvironmentSpec environment, String contextHash) {
        EnvironmentSpec.Build build = environment.build();
        String hash = "";
        if (build != null) {
            hash = joined(hash, sha256(contextHash));
            if (build.dockerfilePath() != null) {
                hash = joined(hash, sha256(build.dockerfilePath()));
            }
        } else {
            hash = joined(hash, sha256(String.valueOf(environment.image())));
            ObjectNode routes = environment.inferenceConfig();
            if (routes != null) {
                hash = joined(hash, sha256(CondaFile.text(routes)));
            }
            if (environment.condaFile() != null) {
                hash = joined(hash, sha256(environment.condaFile()));
            }
        }
        return sha256(hash);
    }

    /** Python's {@code hash.join(more)}: the hash so far stands between all letters of the next. */
    private static String joined(String hash, @Nullable String more) {
        StringJoiner joiner = new StringJoiner(hash);
        String.valueOf(more).codePoints().forEach(letter -> joiner.add(Character.toString(letter)));
        return joiner.toString();
    }

    /** The client's hash of a text. */
    public static String sha256(String text) {
        return Sha256.of(text);
    }
}
