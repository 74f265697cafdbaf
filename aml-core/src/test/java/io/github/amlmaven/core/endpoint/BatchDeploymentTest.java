package io.github.amlmaven.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.LoopbackService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchDeploymentTest {

    private static final String ENDPOINT = "/batchEndpoints/rows";

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final PlayedEndpoints workspace = new PlayedEndpoints(service);
    private final AzureClients clients = service.clients(Progress.NONE);

    @BeforeEach
    void files() throws IOException {
        Files.writeString(project.resolve("endpoint.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
                name: rows
                """);
        deployment("one");
        deployment("two");
    }

    private void deployment(String name) throws IOException {
        Files.writeString(project.resolve(name + ".yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
                name: %s
                endpoint_name: rows
                type: model
                model: azureml:wine:1
                compute: azureml:cpu
                """.formatted(name));
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void theDeploymentBecomesTheDefaultOnceItIsThere() {
        assertThat(deploy("one", true, false).changes())
                .containsExactly("endpoint rows created", "deployment one created", "default one");
        assertThat(workspace.changes())
                .containsExactly("PUT " + ENDPOINT, "PUT " + ENDPOINT + "/deployments/one", "PUT " + ENDPOINT);
        assertThat(workspace
                        .resource(ENDPOINT)
                        .at("/properties/defaults/deploymentName")
                        .asText())
                .isEqualTo("one");
    }

    @Test
    void theSameAgainSendsNothing() {
        deploy("one", true, false);
        service.forget();

        assertThat(deploy("one", true, false).changes()).isEmpty();
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aDefaultThatIsNotToChangeStaysEvenWhenTheEndpointIsUpdated() throws IOException {
        deploy("one", true, false);
        Files.writeString(
                project.resolve("endpoint.yml"),
                "name: rows\ndescription: d\n$schema:"
                        + " https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json\n");

        assertThat(deploy("two", false, false).changes())
                .containsExactly("endpoint rows updated", "deployment two created");
        assertThat(workspace
                        .resource(ENDPOINT)
                        .at("/properties/defaults/deploymentName")
                        .asText())
                .isEqualTo("one");
    }

    @Test
    void aDryRunChangesNothing() {
        assertThat(deploy("one", true, true).changes()).hasSize(3);
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void aPipelineComponentIsMadeAndDeployedWithItsSettings() throws IOException {
        pipeline("settings: {default_compute: cpu, continue_on_step_failure: false}");

        assertThat(deploy("chain", true, false).changes())
                .containsExactly("endpoint rows created", "deployment chain created", "default chain");
        JsonNode properties =
                workspace.resource(ENDPOINT + "/deployments/chain").path("properties");
        assertThat(properties
                        .at("/deploymentConfiguration/deploymentConfigurationType")
                        .asText())
                .isEqualTo("PipelineComponent");
        assertThat(properties.at("/deploymentConfiguration/settings").toString())
                .isEqualTo("{\"default_compute\":\"cpu\",\"continue_on_step_failure\":\"False\"}");
        assertThat(properties.has("model")).isFalse();
        String component =
                properties.at("/deploymentConfiguration/componentId/assetId").asText();
        assertThat(component).startsWith(PlayedEndpoints.WS + "/components/azureml_anonymous/versions/");
        assertThat(workspace
                        .resource(component.substring(PlayedEndpoints.WS.length()))
                        .at("/properties/componentSpec/jobs/score/componentId")
                        .asText())
                .endsWith("/components/scorer/versions/1");
        service.forget();
        assertThat(deploy("chain", true, false).changes()).isEmpty();
        assertThat(workspace.changes()).isEmpty();
    }

    @Test
    void anotherPipelineIsAnotherDeployment() throws IOException {
        pipeline("settings: {default_compute: cpu}");
        deploy("chain", true, false);
        Path file = project.resolve("pipeline.yml");
        Files.writeString(file, Files.readString(file).replace("azureml:scorer:1", "azureml:scorer:2"));

        assertThat(deploy("chain", true, true).changes()).containsExactly("deployment chain updated");
        assertThat(deploy("chain", true, false).changes()).containsExactly("deployment chain updated");
    }

    @Test
    void aRegisteredPipelineComponentIsNamedByItsId() throws IOException {
        Files.writeString(project.resolve("chain.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json
                name: chain
                type: pipeline
                component: azureml:chain:3
                """);
        Files.writeString(project.resolve("model.json"), "{}");
        deploy("chain", false, false);

        assertThat(workspace
                        .resource(ENDPOINT + "/deployments/chain")
                        .at("/properties/deploymentConfiguration/componentId/assetId")
                        .asText())
                .isEqualTo(PlayedEndpoints.WS + "/components/chain/versions/3");
    }

    @Test
    void aPipelineWithoutAComputeIsRefusedBeforeAnythingIsSent() throws IOException {
        pipeline("description: none");

        assertThatThrownBy(() -> deploy("chain", true, false))
                .hasMessageContaining("a step of the pipeline has no compute");
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void thePipelineOfAStepMayNameTheComputesItself() throws IOException {
        pipeline("description: none");
        Files.writeString(
                project.resolve("inner.yml"),
                Files.readString(project.resolve("pipeline.yml"))
                        .replace("type: command", "type: command\n    compute: azureml:cpu-cluster"));
        Files.writeString(project.resolve("pipeline.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponent.schema.json
                type: pipeline
                name: outer
                inputs:
                  data: {type: uri_folder}
                jobs:
                  inner:
                    type: pipeline
                    component: ./inner.yml
                    inputs:
                      data: ${{parent.inputs.data}}
                """);

        assertThat(deploy("chain", true, true).changes()).contains("deployment chain created");
    }

    @Test
    void aPipelineJobIsPublishedInstead() throws IOException {
        pipeline("job_definition: {type: pipeline}");
        Path file = project.resolve("chain.yml");
        Files.writeString(file, Files.readString(file).replace("component: pipeline.yml\n", ""));

        assertThatThrownBy(() -> deploy("chain", true, false))
                .isInstanceOfSatisfying(
                        AmlException.class, e -> assertThat(e.remedy()).contains("aml:publish-pipeline"));
        assertThat(service.requests()).isEmpty();
    }

    @Test
    void aCommandComponentIsNoPipeline() throws IOException {
        pipeline("settings: {default_compute: cpu}");
        Files.writeString(project.resolve("pipeline.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
                type: command
                name: one
                command: echo
                environment: azureml:env:1
                """);

        assertThatThrownBy(() -> deploy("chain", true, false))
                .isInstanceOfSatisfying(
                        AmlException.class,
                        e -> assertThat(e.describe())
                                .contains("chain.yml:5", "'pipeline.yml' is of kind command-component"));
    }

    private void pipeline(String rest) throws IOException {
        Files.writeString(project.resolve("chain.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json
                name: chain
                endpoint_name: rows
                type: pipeline
                component: pipeline.yml
                %s
                """.formatted(rest));
        Files.writeString(project.resolve("pipeline.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponent.schema.json
                type: pipeline
                name: chain
                inputs:
                  data: {type: uri_folder}
                jobs:
                  score:
                    type: command
                    component: azureml:scorer:1
                    inputs:
                      data: ${{parent.inputs.data}}
                """);
    }

    @Test
    void filesOfAnotherEndpointAreRefusedBeforeAnythingIsSent() throws IOException {
        Files.writeString(
                project.resolve("one.yml"),
                Files.readString(project.resolve("one.yml")).replace(": rows", ": lines"));

        assertThatThrownBy(() -> deploy("one", true, false)).hasMessageContaining("belongs to endpoint 'lines'");
        assertThat(service.requests()).isEmpty();
    }

    private BatchDeploymentResult deploy(String name, boolean makeDefault, boolean dryRun) {
        return new BatchDeployment(clients, new SpecReader(), Progress.NONE)
                .deploy(new BatchDeploymentRequest(
                        project.resolve("endpoint.yml"),
                        project.resolve(name + ".yml"),
                        project,
                        project.resolve("model.json"),
                        makeDefault,
                        Duration.ofSeconds(20),
                        dryRun));
    }
}
