package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.RecordedSpecs;
import io.github.amlmaven.core.testing.Traces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is rendered from YAML equals what the official client was recorded to send. */
class RecordedBodiesTest {

    @TempDir
    Path project;

    private SpecLoader loader;

    @BeforeEach
    void files() throws IOException {
        loader = new SpecLoader(new SpecReader(), project);
        for (String folder : List.of("model", "src", "ctx", "data")) {
            Files.createDirectory(project.resolve(folder));
        }
        Files.writeString(project.resolve("src/train.py"), "print(1)\n");
        Files.writeString(project.resolve("src/score.py"), "def init(): pass\ndef run(d): return d\n");
        Files.writeString(project.resolve("model/MLmodel"), "flavors: {}\n");
        Files.writeString(project.resolve("ctx/Dockerfile"), "FROM scratch\n");
        Files.writeString(project.resolve("data/a.csv"), "a,b\n");
    }

    @Test
    void customModel() throws IOException {
        JsonNode recorded = Traces.put("model.create.custom.autoversion", "models/m1");
        Path file = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/model.schema.json
                name: m1
                path: ./model
                description: d
                tags: {a: b}
                properties: {git.commit: abc}
                """);

        assertThat(loader.model(file).toBody(resolver(recorded, "modelUri"))).isEqualTo(recorded);
    }

    @Test
    void mlflowModelWithFlavors() throws IOException {
        JsonNode recorded = Traces.put("model.create.mlflow.explicitVersion", "models/m2");
        Path file = yaml("""
                name: m2
                version: 7
                type: mlflow_model
                path: model
                flavors: {sklearn: {v: "1"}}
                """);

        assertThat(loader.model(file).toBody(resolver(recorded, "modelUri"))).isEqualTo(recorded);
    }

    @Test
    void modelFromTheOutputOfAJob() throws IOException {
        JsonNode recorded = Traces.put("model.create.fromJobOutput", "models/m3");
        Path file = yaml("""
                name: m3
                version: "1"
                type: mlflow_model
                path: azureml://jobs/job1/outputs/artifacts/paths/model/
                """);

        assertThat(loader.model(file).toBody(new TraceResolver("unused"))).isEqualTo(recorded);
    }

    @Test
    void environmentFromImageAndConda() throws IOException {
        JsonNode recorded = Traces.put("environment.create.imageConda", "environments/e1");
        Files.writeString(project.resolve("conda.yml"), "name: e\ndependencies: [python=3.11]\n");
        Path file = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json
                name: e1
                version: 1
                image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04
                conda_file: conda.yml
                """);

        assertThat(loader.environment(file).toBody(new TraceResolver("unused"))).isEqualTo(recorded);
    }

    @Test
    void environmentFromABuildContext() throws IOException {
        JsonNode recorded = Traces.put("environment.create.buildContext.autoversion", "environments/e2");
        Path file = yaml("name: e2\nbuild: {path: ctx}\n");
        String uri = recorded.at("/properties/build/contextUri").asText();

        assertThat(loader.environment(file).toBody(new TraceResolver(uri))).isEqualTo(recorded);
    }

    @Test
    void data() throws IOException {
        JsonNode recorded = Traces.put("data.create.uriFolder.autoversion", "data/d1");
        Path file = yaml("name: d1\ntype: uri_folder\npath: data\n");

        assertThat(loader.data(file).toBody(resolver(recorded, "dataUri"), List.of()))
                .isEqualTo(recorded);
    }

    @Test
    void commandJob() throws IOException {
        JsonNode recorded = Traces.put("job.command.submit", "jobs/job1");
        Path file = yaml(RecordedSpecs.COMMAND_JOB);

        assertThat(loader.commandJob(file).toBody(new TraceResolver("unused"))).isEqualTo(recorded);
    }

    @Test
    void commandComponent() throws IOException {
        JsonNode recorded = Traces.put("component.create", "components/train_comp");
        Path file = yaml(RecordedSpecs.COMMAND_COMPONENT);

        assertThat(loader.component(file).toBody(new TraceResolver("unused"), "train_comp", "1"))
                .isEqualTo(recorded);
    }

    @Test
    void pipelineJobAndItsAnonymousStep() throws IOException {
        JsonNode recorded = Traces.put("job.pipeline.submit", "jobs/pipe1");
        JsonNode step = Traces.put("job.pipeline.submit", "components/azureml_anonymous");
        Path file = yaml(RecordedSpecs.PIPELINE_JOB);
        TraceResolver resolver = new TraceResolver("unused");

        assertThat(loader.job(file).toBody(resolver)).isEqualTo(recorded);
        assertThat(resolver.components()).hasSize(1).allSatisfy((id, component) -> {
            ObjectNode body = component.toBody(resolver, "azureml_anonymous", "1");
            assertThat(body).isEqualTo(step);
            assertThat(id).endsWith("/" + ComponentHash.anonymousVersion(body));
        });
    }

    @Test
    void managedOnlineEndpointAndDeployment() throws IOException {
        Path endpoint = yaml("name: ep-one\nauth_mode: key\ntags: {x: y}\n");

        assertThat(loader.endpoint(endpoint).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("online.endpoint.create", "onlineEndpoints/ep-one"));

        Path deployment = Files.writeString(project.resolve("blue.yml"), RecordedSpecs.ONLINE_DEPLOYMENT);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("online.deployment.create.blue", "onlineEndpoints/ep-one/deployments/blue"));
    }

    @Test
    void kubernetesOnlineEndpointAndDeployment() throws IOException {
        Path endpoint = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineEndpoint.schema.json
                name: kep
                compute: azureml:k8s
                """);

        assertThat(loader.endpoint(endpoint).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("k8s.endpoint.create", "onlineEndpoints/kep"));

        Path deployment = Files.writeString(project.resolve("blue.yml"), RecordedSpecs.KUBERNETES_DEPLOYMENT);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("k8s.deployment.create", "onlineEndpoints/kep/deployments/blue"));
    }

    @Test
    void batchEndpointAndModelDeployment() throws IOException {
        Path endpoint = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
                name: bep
                auth_mode: aad_token
                """);

        assertThat(loader.endpoint(endpoint).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("batch.endpoint.create", "batchEndpoints/bep"));

        Path withDefault =
                Files.writeString(project.resolve("default.yml"), "name: bep\ndefaults: {deployment_name: dep1}\n");
        assertThat(loader.endpoint(withDefault).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("batch.endpoint.setDefault", "batchEndpoints/bep"));

        Path deployment = Files.writeString(project.resolve("dep1.yml"), RecordedSpecs.BATCH_DEPLOYMENT);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(Traces.put("batch.deployment.create.model", "batchEndpoints/bep/deployments/dep1"));
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(project.resolve("spec.yml"), text);
    }

    private static TraceResolver resolver(JsonNode recorded, String key) {
        return new TraceResolver(recorded.at("/properties/" + key).asText());
    }
}
