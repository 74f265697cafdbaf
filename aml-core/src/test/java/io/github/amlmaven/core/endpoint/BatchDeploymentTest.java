package io.github.amlmaven.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.cloud.AzureClients;
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
