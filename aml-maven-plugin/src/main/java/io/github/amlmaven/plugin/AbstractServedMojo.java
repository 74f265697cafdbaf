package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.plugin.config.Choice;
import io.github.amlmaven.plugin.record.DeploymentRecords;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** What goals share that look at a deployment of any kind: which one, and where it is. */
public abstract class AbstractServedMojo extends AbstractEndpointMojo {

    /**
     * The name of the app, the container group or, in a cluster, the deployment without its version. Default: the one that this project has
     * deployed.
     */
    @Parameter(property = "aml.deploy.name")
    private @Nullable String name;

    /** The resource group of the app or container group. Default: that of the deployment, else that of the workspace. */
    @Parameter(property = "aml.deploy.resourceGroup")
    private @Nullable String deployResourceGroup;

    /** An app of App Service, or a container group. */
    record App(String name, String resourceGroup, Optional<String> keysFile) {}

    /**
     * What kind of deployment is meant: the given one, else {@code managed} for a named endpoint, else where this project has
     * deployed last.
     *
     * @param targets those that the goal knows; an endpoint on Kubernetes counts as {@code managed}
     */
    final String target(String property, @Nullable String given, List<String> targets) {
        if (given != null) {
            if (!targets.contains(given)) {
                throw Choice.refused(property, given, targets);
            }
            return given;
        }
        if (namesEndpoint()) {
            return "managed";
        }
        DeploymentRecords records = new DeploymentRecords(outputDirectory());
        return targets.stream()
                .flatMap(one -> (one.equals("managed") ? records.newestEndpoint() : records.newestLeftBehind(one))
                                .filter(deployed -> one.equals("managed") || !deployed.isEndpoint())
                                .map(deployed -> new Candidate(one, deployed))
                                .stream())
                .max(Comparator.comparing(candidate -> candidate.deployed().startedAt()))
                .map(Candidate::target)
                .orElse("managed");
    }

    private record Candidate(String target, DeploymentRecords.Deployed deployed) {}

    /** What this project has deployed of a kind, under the given name if one is given. */
    final Optional<DeploymentRecords.Deployed> newest(String kind) {
        return new DeploymentRecords(outputDirectory()).newestLeftBehind(kind, name);
    }

    /** The app or container group of this kind: {@code webapp}, {@code function} or {@code aci}. */
    final App app(String kind, AzureClients clients) {
        Optional<DeploymentRecords.Deployed> deployed = newest(kind);
        return new App(
                appName(kind),
                Optional.ofNullable(deployResourceGroup)
                        .or(() -> deployed.flatMap(d -> d.text("resourceGroup")))
                        .orElse(clients.workspace().resourceGroup()),
                deployed.flatMap(d -> d.text("keysFile")));
    }

    /** The name of the app, container group or deployment in a cluster, which needs no connection. */
    final String appName(String kind) {
        return Optional.ofNullable(name)
                .or(() -> new DeploymentRecords(outputDirectory())
                        .newestLeftBehind(kind, null)
                        .flatMap(d -> d.text("name")))
                .orElseGet(() -> DeploymentRecords.defaultName(project().getArtifactId()));
    }
}
