package io.github.amlmaven.plugin;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import java.io.File;
import java.time.Duration;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What goals for an online endpoint that serves already share: which one, and how long to wait. */
public abstract class AbstractEndpointMojo extends AbstractWorkspaceMojo {

    /**
     * The online endpoint's name. Default: that of the last deployment to an online endpoint in this project, else the one in
     * the endpoint's file, so that another checkout finds it too.
     */
    @Parameter(property = "aml.endpoint")
    private @Nullable String endpoint;

    /** The endpoint's YAML file, asked for its name alone. */
    @Parameter(property = "aml.endpoint.file", defaultValue = "${project.basedir}/src/main/aml/endpoint.yml")
    private @Nullable File endpointFile;

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
                .or(this::nameInFile)
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID, "aml:" + goal() + " needs the endpoint's name")
                        .remedy(
                                "Set <endpoint> or -Daml.endpoint, or name its file: <endpointFile>, -Daml.endpoint.file."
                                        + orElsewhere())
                        .build());
    }

    /** What to set, as a sentence of its own after a blank, for a goal that also works where there is no endpoint. */
    String orElsewhere() {
        return "";
    }

    private Optional<String> nameInFile() {
        return endpointIn(endpointFile);
    }

    /** How long to wait. */
    final Duration limit() {
        return TimeLimit.of("aml.endpoint.timeout", timeout);
    }
}
