package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.ManagedDeployment;
import io.github.amlmaven.core.endpoint.ManagedDeploymentRequest;
import io.github.amlmaven.core.endpoint.ManagedDeploymentResult;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys models to a managed online endpoint from its az ml v2 YAML: makes or updates the endpoint and its deployments, and
 * waits until they serve. What is as its file says is not written again. Traffic moves only when {@code traffic} or the
 * endpoint's file says so, and to the first deployment; a deployment that fails leaves it as it was and puts its log into the
 * error. The keys are in a file that only its owner can read; its name is the output {@code keysFile}.
 */
@Mojo(name = "deploy-managed", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class DeployManagedMojo extends AbstractWorkspaceMojo {

    /** The endpoint's YAML file. */
    @Parameter(property = "aml.endpoint.file", defaultValue = "${project.basedir}/src/main/aml/endpoint.yml")
    private File endpointFile;

    /**
     * The deployments' YAML files, made in this order. Default: {@code src/main/aml/deployment.yml}. A deployment without
     * {@code model} gets the model that {@code aml:register} has left in {@code model.json}.
     */
    @Parameter(property = "aml.deployment.files")
    private @Nullable List<File> deploymentFiles;

    /**
     * The traffic afterwards: {@code blue=90,green=10}; adds up to 100 or 0. Default: {@code traffic} of the endpoint's file;
     * without it the traffic stays, and an endpoint's first deployment gets all of it.
     */
    @Parameter(property = "aml.traffic")
    private @Nullable String traffic;

    /** How long to wait for the endpoint and for each deployment: {@code 90s}, {@code 30m}. */
    @Parameter(property = "aml.deploy.timeout", defaultValue = "60m")
    private String timeout;

    @Override
    protected boolean gated() {
        return true;
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        ManagedDeploymentRequest request = request();
        try (AzureClients clients = connect(progress)) {
            ManagedDeployment deployment = new ManagedDeployment(clients, specReader(), progress, Clock.systemUTC());
            if (!dryRun()) {
                attempts(Map.of(
                        "name",
                        deployment.endpointName(request),
                        "keysFile",
                        request.keyFile().path().toString()));
            }
            return outcome(deployment.deploy(request));
        }
    }

    /** What the parameters ask for. */
    ManagedDeploymentRequest request() {
        List<File> files = deploymentFiles == null || deploymentFiles.isEmpty()
                ? List.of(projectDirectory()
                        .resolve("src/main/aml/deployment.yml")
                        .toFile())
                : deploymentFiles;
        return new ManagedDeploymentRequest(
                inProject(endpointFile),
                files.stream().map(File::toPath).toList(),
                projectDirectory(),
                outputDirectory().resolve("model.json"),
                Optional.ofNullable(traffic).map(text -> TrafficSplit.parse("aml.traffic", text)),
                new ScoringKeyFile(outputDirectory().resolve("deploy-managed.keys.json")),
                TimeLimit.of("aml.deploy.timeout", timeout),
                dryRun());
    }

    private GoalOutcome outcome(ManagedDeploymentResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", result.endpoint());
        outputs.put("id", result.endpointId());
        outputs.put("scoringUri", result.scoringUri());
        outputs.put("deployments", result.deployments());
        outputs.put("traffic", result.traffic().toString());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        outputs.put("changes", result.changes());
        String all = String.join(", ", result.changes());
        if (dryRun()) {
            return GoalOutcome.dryRun(all.isEmpty() ? "Nothing would change" : "Would change: " + all, outputs);
        }
        String sentence =
                "Endpoint " + result.endpoint() + " serves at " + result.scoringUri() + ", traffic " + result.traffic();
        return result.changes().isEmpty()
                ? GoalOutcome.upToDate(sentence + " (unchanged)", outputs)
                : GoalOutcome.done(sentence + ": " + all, outputs);
    }
}
