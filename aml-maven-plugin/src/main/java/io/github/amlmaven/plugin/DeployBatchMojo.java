package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.endpoint.BatchDeployment;
import io.github.amlmaven.core.endpoint.BatchDeploymentRequest;
import io.github.amlmaven.core.endpoint.BatchDeploymentResult;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Deploys a model, or a pipeline component ({@code type: pipeline}), to a batch endpoint from its az ml v2 YAML, and makes it
 * what the endpoint runs by default. What is as its file says is not written again. Run it with {@code aml:invoke-pipeline
 * -Daml.inputs.<name>=<value>}; a model takes the input {@code data}, a folder. A pipeline that is to have versions of its own is
 * published by {@code aml:publish-pipeline} instead.
 */
@Mojo(name = "deploy-batch", defaultPhase = LifecyclePhase.DEPLOY, threadSafe = true)
public final class DeployBatchMojo extends AbstractWorkspaceMojo {

    /** The endpoint's YAML file. */
    @Parameter(property = "aml.batch.endpointFile", defaultValue = "${project.basedir}/src/main/aml/batch-endpoint.yml")
    private File endpointFile;

    /**
     * The deployment's YAML file: of a model, or of a pipeline component with {@code component} and {@code settings}. A model's
     * without {@code model} gets the one that {@code aml:register} has left in {@code model.json}.
     */
    @Parameter(
            property = "aml.batch.deploymentFile",
            defaultValue = "${project.basedir}/src/main/aml/batch-deployment.yml")
    private File deploymentFile;

    /** Whether an invocation that names no deployment runs this one from now on. */
    @Parameter(property = "aml.batch.makeDefault", defaultValue = "true")
    private boolean makeDefault;

    /** How long to wait for endpoint and deployment, each: {@code 90s}, {@code 30m}. */
    @Parameter(property = "aml.deploy.timeout", defaultValue = "30m")
    private String timeout;

    @Override
    protected boolean gated() {
        return true;
    }

    @Override
    protected GoalOutcome run(Progress progress) {
        BatchDeploymentRequest request = request();
        try (AzureClients clients = connect(progress)) {
            return outcome(new BatchDeployment(clients, specReader(), progress).deploy(request));
        }
    }

    /** What the parameters ask for. */
    BatchDeploymentRequest request() {
        return new BatchDeploymentRequest(
                inProject(endpointFile),
                inProject(deploymentFile),
                projectDirectory(),
                outputDirectory().resolve("model.json"),
                makeDefault,
                TimeLimit.of("aml.deploy.timeout", timeout),
                dryRun());
    }

    private GoalOutcome outcome(BatchDeploymentResult result) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("name", result.endpoint());
        outputs.put("endpoint", result.endpoint());
        outputs.put("id", result.endpointId());
        outputs.put("deployment", result.deployment());
        outputs.put("allDeployments", result.all());
        outputs.put("url", result.url());
        outputs.put("changes", result.changes());
        String all = String.join(", ", result.changes());
        if (dryRun()) {
            return GoalOutcome.dryRun(all.isEmpty() ? "Nothing would change" : "Would change: " + all, outputs);
        }
        String sentence = "Batch endpoint " + result.endpoint() + " has deployment " + result.deployment();
        return result.changes().isEmpty()
                ? GoalOutcome.upToDate(sentence + " (unchanged)", outputs)
                : GoalOutcome.done(sentence + ": " + all, outputs);
    }
}
