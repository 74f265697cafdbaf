package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import java.time.Duration;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What goals for an online endpoint that serves already share: which one, and how long to wait. */
public abstract class AbstractEndpointMojo extends AbstractWorkspaceMojo {

    /** The online endpoint's name. Default: that of the last deployment to an online endpoint in this project. */
    @Parameter(property = "aml.endpoint")
    private @Nullable String endpoint;

    /** How long to wait until the endpoint is changed: {@code 90s}, {@code 30m}. */
    @Parameter(property = "aml.endpoint.timeout", defaultValue = "20m")
    private String timeout;

    /** Whether the user has named the endpoint. */
    final boolean namesEndpoint() {
        return endpoint != null;
    }

    /** The endpoint's name. */
    final String endpoint() {
        return Optional.ofNullable(endpoint)
                .or(() -> new DeploymentRecords(outputDirectory())
                        .newestEndpoint()
                        .flatMap(deployed -> deployed.text("name")))
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "aml:" + goal() + " needs the endpoint's name")
                        .remedy(
                                "Set <endpoint> or -Daml.endpoint, or run 'mvn aml:deploy-managed' in this project first.")
                        .build());
    }

    /** Whether an endpoint is named, or this project has deployed one. */
    final boolean hasEndpoint() {
        return endpoint != null
                || new DeploymentRecords(outputDirectory()).newestEndpoint().isPresent();
    }

    /** How long to wait. */
    final Duration limit() {
        return TimeLimit.of("aml.endpoint.timeout", timeout);
    }
}
