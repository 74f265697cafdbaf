package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.OnlineDeployment;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest;
import io.github.amlmaven.core.endpoint.OnlineDeploymentResult;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.traffic.TrafficSplit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the goals deploy to an online endpoint, managed or on Kubernetes: their files, their outputs. */
final class OnlineEndpointDeployment {

    private final AbstractWorkspaceMojo mojo;
    private final OnlineDeploymentRequest.Host host;

    OnlineEndpointDeployment(AbstractWorkspaceMojo mojo, OnlineDeploymentRequest.Host host) {
        this.mojo = mojo;
        this.host = host;
    }

    /** What the parameters ask for. */
    OnlineDeploymentRequest request(
            File endpointFile, @Nullable List<File> deploymentFiles, @Nullable String traffic, Duration limit) {
        Path project = mojo.projectDirectory();
        List<Path> files = deploymentFiles == null || deploymentFiles.isEmpty()
                ? List.of(project.resolve("src/main/aml/deployment.yml"))
                : deploymentFiles.stream().map(File::toPath).toList();
        return new OnlineDeploymentRequest(
                host,
                mojo.inProject(endpointFile),
                files,
                project,
                mojo.outputDirectory().resolve("model.json"),
                Optional.ofNullable(traffic).map(text -> TrafficSplit.parse("aml.traffic", text)),
                new ScoringKeyFile(mojo.outputDirectory().resolve(mojo.goal() + ".keys.json")),
                limit,
                mojo.dryRun());
    }

    GoalOutcome deploy(OnlineDeploymentRequest request, Progress progress) {
        try (AzureClients clients = mojo.connect(progress)) {
            OnlineDeployment deployment = new OnlineDeployment(clients, mojo.specReader(), progress, Clock.systemUTC());
            if (!mojo.dryRun()) {
                Map<String, Object> begun = new LinkedHashMap<>();
                begun.put("name", deployment.endpointName(request));
                begun.put("keysFile", request.keyFile().path().toString());
                addStrategy(begun);
                mojo.attempts(begun);
            }
            return outcome(deployment.deploy(request));
        }
    }

    private void addStrategy(Map<String, Object> outputs) {
        if (host == OnlineDeploymentRequest.Host.KUBERNETES) {
            outputs.put("strategy", "aml");
        }
    }

    private GoalOutcome outcome(OnlineDeploymentResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", result.endpoint());
        addStrategy(outputs);
        outputs.put("id", result.endpointId());
        outputs.put("scoringUri", result.scoringUri());
        outputs.put("deployments", result.deployments());
        outputs.put("allDeployments", result.all());
        outputs.put("traffic", result.traffic().toString());
        result.keysFile().ifPresent(file -> outputs.put("keysFile", file.toString()));
        outputs.put("changes", result.changes());
        String all = String.join(", ", result.changes());
        if (mojo.dryRun()) {
            return GoalOutcome.dryRun(all.isEmpty() ? "Nothing would change" : "Would change: " + all, outputs);
        }
        String sentence =
                "Endpoint " + result.endpoint() + " serves at " + result.scoringUri() + ", traffic " + result.traffic();
        return result.changes().isEmpty()
                ? GoalOutcome.upToDate(sentence + " (unchanged)", outputs)
                : GoalOutcome.done(sentence + ": " + all, outputs);
    }
}
