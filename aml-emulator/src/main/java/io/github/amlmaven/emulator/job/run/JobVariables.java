package io.github.amlmaven.emulator.job.run;

import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.process.HostVariables;
import io.github.amlmaven.emulator.job.state.Experiments;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.job.state.Tracking;
import io.github.amlmaven.emulator.service.EmulatorContext.Endpoints;
import java.io.File;
import java.util.Map;
import java.util.TreeMap;

/** The environment variables that AML gives to a command ({@code AZUREML_*}, {@code AZURE_ML_*}). */
public final class JobVariables {

    private final Endpoints endpoints;
    private final ComputeVariables compute;

    public JobVariables(Endpoints endpoints, ComputeVariables compute) {
        this.endpoints = endpoints;
        this.compute = compute;
    }

    /**
     * All variables of a command, the host's included.
     *
     * @param workspaceId the workspace's GUID
     * @param environment whose programs go first on PATH
     */
    Map<String, String> of(
            Job job,
            JobFolder folder,
            String workspaceId,
            EnvironmentCache.VirtualEnvironment environment,
            Map<String, String> inputs,
            Map<String, String> outputs) {
        Map<String, String> variables = new TreeMap<>(HostVariables.inherited());
        variables.putAll(compute.all());
        variables.put("PATH", environment.programs() + File.pathSeparator + variables.getOrDefault("PATH", ""));
        variables.put("VIRTUAL_ENV", environment.path().toString());
        variables.put("PYTHONUNBUFFERED", "1");
        variables.putAll(identity(job, workspaceId));
        variables.putAll(node(folder));
        inputs.forEach((name, value) -> variables.put("AZURE_ML_INPUT_" + name, value));
        outputs.forEach((name, value) -> variables.put("AZURE_ML_OUTPUT_" + name, value));
        job.properties().path("inputs").properties().forEach(entry -> {
            String literal = inputs.get(entry.getKey());
            if (literal != null
                    && entry.getValue().path("jobInputType").asText().equalsIgnoreCase(JobInputs.LITERAL)) {
                variables.put("AZUREML_PARAMETER_" + entry.getKey(), literal);
            }
        });
        job.properties()
                .path("environmentVariables")
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), entry.getValue().asText()));
        return variables;
    }

    private Map<String, String> identity(Job job, String workspaceId) {
        ResourceId workspace = job.workspace();
        String experiment = job.properties().path("experimentName").asText();
        Map<String, String> variables = new TreeMap<>();
        variables.put("AZUREML_RUN_ID", job.name());
        variables.put("AZUREML_ROOT_RUN_ID", job.run().path("root").asText(job.name()));
        variables.put("AZUREML_ARM_SUBSCRIPTION", workspace.segment("subscriptions"));
        variables.put("AZUREML_ARM_RESOURCEGROUP", workspace.segment("resourceGroups"));
        variables.put("AZUREML_ARM_WORKSPACE_NAME", workspace.name());
        variables.put("AZUREML_ARM_PROJECT_NAME", experiment);
        variables.put("AZUREML_WORKSPACE_SCOPE", workspace.toString());
        variables.put("AZUREML_EXPERIMENT_SCOPE", workspace + "/experiments/" + experiment);
        variables.put("MLFLOW_TRACKING_URI", Tracking.uri(endpoints.http(), workspace));
        variables.put("MLFLOW_RUN_ID", job.name());
        variables.put("MLFLOW_EXPERIMENT_NAME", experiment);
        variables.put("MLFLOW_EXPERIMENT_ID", Experiments.id(workspace, experiment));
        variables.put("AZUREML_EXPERIMENT_ID", Experiments.id(workspace, experiment));
        variables.put("AZUREML_WORKSPACE_ID", workspaceId);
        variables.put("AZUREML_SERVICE_ENDPOINT", endpoints.https().toString());
        variables.put("AZUREML_DISCOVERY_SERVICE_ENDPOINT", endpoints.https() + "/discovery");
        variables.put("AZUREML_RUN_HISTORY_SERVICE_ENDPOINT", endpoints.https().toString());
        return variables;
    }

    private static Map<String, String> node(JobFolder folder) {
        return Map.of(
                "AZUREML_CR_COMPUTE_CONTEXT",
                "{\"cluster_name\":\"local\",\"node_id\":\"0\"}",
                "AZUREML_CR_DATA_CAPABILITY_PATH",
                folder.inputs().toString());
    }
}
