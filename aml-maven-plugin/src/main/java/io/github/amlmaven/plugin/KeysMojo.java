package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.EndpointKeys;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Puts the keys of a managed online endpoint into a file that only its owner can read; they are never shown. With
 * {@code rotate} one of the two is replaced first while the other one stays valid, so that callers can move without an
 * interruption: rotate one, hand it out, rotate the other.
 */
@Mojo(name = "keys", requiresProject = false, threadSafe = true)
public final class KeysMojo extends AbstractEndpointMojo {

    /** {@code primary} or {@code secondary}: the key to replace. Default: none. */
    @Parameter(property = "aml.keys.rotate")
    private @Nullable String rotate;

    /** The file. Default: the one of {@code aml:deploy-managed}, which {@code aml:score} reads. */
    @Parameter(property = "aml.keys.file", defaultValue = "${project.build.directory}/aml/deploy-managed.keys.json")
    private File keysFile;

    @Override
    protected GoalOutcome run(Progress progress) {
        String endpoint = endpoint();
        Optional<EndpointKeys.Key> key = rotated();
        if (dryRun()) {
            return GoalOutcome.dryRun(
                    "Would "
                            + key.map(k -> "replace the " + rotate + " key and ")
                                    .orElse("") + "write the keys of " + endpoint + " to " + keysFile,
                    Map.of("endpoint", endpoint));
        }
        try (AzureClients clients = connect(progress)) {
            Path file = new EndpointKeys(clients).list(endpoint, key, new ScoringKeyFile(inProject(keysFile)), limit());
            return GoalOutcome.done(
                    "Keys of " + endpoint + " are in " + file
                            + key.map(k -> "; the " + rotate + " key is new").orElse(""),
                    Map.of("endpoint", endpoint, "keysFile", file.toString(), "rotated", rotate == null ? "" : rotate));
        }
    }

    /** Which key the parameter names. */
    Optional<EndpointKeys.Key> rotated() {
        if (rotate == null) {
            return Optional.empty();
        }
        return switch (rotate) {
            case "primary" -> Optional.of(EndpointKeys.Key.PRIMARY);
            case "secondary" -> Optional.of(EndpointKeys.Key.SECONDARY);
            default ->
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "aml.keys.rotate '" + rotate + "': primary or secondary")
                        .build();
        };
    }
}
