package io.github.amlmaven.plugin;

import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest.Host;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.config.TimeLimit;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.io.File;
import java.util.List;
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
        return new OnlineEndpointDeployment(this, Host.MANAGED).deploy(request(), progress);
    }

    /** What the parameters ask for. */
    OnlineDeploymentRequest request() {
        return new OnlineEndpointDeployment(this, Host.MANAGED)
                .request(endpointFile, deploymentFiles, traffic, TimeLimit.of("aml.deploy.timeout", timeout));
    }
}
