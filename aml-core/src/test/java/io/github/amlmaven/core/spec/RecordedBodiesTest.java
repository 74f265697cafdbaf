package io.github.amlmaven.core.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.SpecReader;
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

    private Traces traces;
    private SpecLoader loader;

    @BeforeEach
    void files() throws IOException {
        traces = new Traces();
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
        JsonNode recorded = traces.put("model.create.custom.autoversion", "models/m1");
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
        JsonNode recorded = traces.put("model.create.mlflow.explicitVersion", "models/m2");
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
        JsonNode recorded = traces.put("model.create.fromJobOutput", "models/m3");
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
        JsonNode recorded = traces.put("environment.create.imageConda", "environments/e1");
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
        JsonNode recorded = traces.put("environment.create.buildContext.autoversion", "environments/e2");
        Path file = yaml("name: e2\nbuild: {path: ctx}\n");
        String uri = recorded.at("/properties/build/contextUri").asText();

        assertThat(loader.environment(file).toBody(new TraceResolver(uri))).isEqualTo(recorded);
    }

    @Test
    void data() throws IOException {
        JsonNode recorded = traces.put("data.create.uriFolder.autoversion", "data/d1");
        Path file = yaml("name: d1\ntype: uri_folder\npath: data\n");

        assertThat(loader.data(file).toBody(resolver(recorded, "dataUri"), List.of()))
                .isEqualTo(recorded);
    }

    @Test
    void commandJob() throws IOException {
        JsonNode recorded = traces.put("job.command.submit", "jobs/job1");
        Path file = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json
                command: python train.py --data ${{inputs.data}} --lr ${{inputs.lr}} --out ${{outputs.model}}
                code: src
                environment: azureml:e1:1
                compute: azureml:cpu
                display_name: dn
                experiment_name: exp1
                inputs:
                  data: {type: uri_folder, path: azureml:d1:1}
                  lr: 0.1
                outputs:
                  model: {type: mlflow_model, name: m9}
                limits: {timeout: 3600}
                resources: {instance_count: 1}
                """);

        assertThat(loader.commandJob(file).toBody(new TraceResolver("unused"))).isEqualTo(recorded);
    }

    @Test
    void commandComponent() throws IOException {
        JsonNode recorded = traces.put("component.create", "components/train_comp");
        Path file = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/commandComponent.schema.json
                type: command
                name: train_comp
                version: 1
                code: src
                command: python train.py --lr ${{inputs.lr}} --data ${{inputs.data}} --out ${{outputs.out}}
                environment: azureml:e1:1
                inputs:
                  lr: {type: number, default: 0.1}
                  data: {type: uri_folder}
                outputs:
                  out: {type: uri_folder}
                """);

        assertThat(loader.component(file).toBody(new TraceResolver("unused"), "train_comp", "1"))
                .isEqualTo(recorded);
    }

    @Test
    void pipelineJobAndItsAnonymousStep() throws IOException {
        JsonNode recorded = traces.put("job.pipeline.submit", "jobs/pipe1");
        JsonNode step = traces.put("job.pipeline.submit", "components/azureml_anonymous");
        Path file = yaml("""
                type: pipeline
                display_name: pipe1
                experiment_name: exp1
                settings: {default_compute: azureml:cpu}
                inputs:
                  data: {type: uri_folder, path: azureml:d1:1}
                  lr: 0.2
                outputs:
                  model: {type: uri_folder}
                jobs:
                  train:
                    type: command
                    component: azureml:train_comp:1
                    inputs: {lr: "${{parent.inputs.lr}}", data: "${{parent.inputs.data}}"}
                    outputs: {out: "${{parent.outputs.model}}"}
                  inline:
                    type: command
                    command: python train.py --d ${{inputs.d}}
                    code: src
                    environment: azureml:e1:1
                    inputs: {d: "${{parent.jobs.train.outputs.out}}"}
                """);
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
                .isEqualTo(traces.put("online.endpoint.create", "onlineEndpoints/ep-one"));

        Path deployment = Files.writeString(project.resolve("blue.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json
                name: blue
                endpoint_name: ep-one
                model: azureml:m1:1
                environment: azureml:e1:1
                code_configuration: {code: src, scoring_script: score.py}
                instance_type: Standard_DS3_v2
                instance_count: 1
                environment_variables: {A: b}
                liveness_probe: {initial_delay: 10}
                request_settings: {request_timeout_ms: 5000}
                """);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("online.deployment.create.blue", "onlineEndpoints/ep-one/deployments/blue"));
    }

    @Test
    void kubernetesOnlineEndpointAndDeployment() throws IOException {
        Path endpoint = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineEndpoint.schema.json
                name: kep
                compute: azureml:k8s
                """);

        assertThat(loader.endpoint(endpoint).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("k8s.endpoint.create", "onlineEndpoints/kep"));

        Path deployment = Files.writeString(project.resolve("blue.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/kubernetesOnlineDeployment.schema.json
                type: kubernetes
                name: blue
                endpoint_name: kep
                instance_count: 1
                model: azureml:m1:1
                environment: azureml:e1:1
                code_configuration: {code: src, scoring_script: score.py}
                resources:
                  requests: {cpu: "0.1", memory: 0.2Gi}
                  limits: {cpu: "1", memory: 1Gi}
                """);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("k8s.deployment.create", "onlineEndpoints/kep/deployments/blue"));
    }

    @Test
    void batchEndpointAndModelDeployment() throws IOException {
        Path endpoint = yaml("""
                $schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json
                name: bep
                auth_mode: aad_token
                """);

        assertThat(loader.endpoint(endpoint).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("batch.endpoint.create", "batchEndpoints/bep"));

        Path withDefault =
                Files.writeString(project.resolve("default.yml"), "name: bep\ndefaults: {deployment_name: dep1}\n");
        assertThat(loader.endpoint(withDefault).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("batch.endpoint.setDefault", "batchEndpoints/bep"));

        Path deployment = Files.writeString(project.resolve("dep1.yml"), """
                $schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
                name: dep1
                endpoint_name: bep
                type: model
                model: azureml:m1:1
                environment: azureml:e1:1
                code_configuration: {code: src, scoring_script: score.py}
                compute: azureml:cpu
                resources: {instance_count: 2}
                settings:
                  mini_batch_size: 10
                  max_concurrency_per_instance: 1
                  output_action: append_row
                  output_file_name: p.csv
                  retry_settings: {max_retries: 3, timeout: 30}
                  logging_level: info
                """);

        assertThat(loader.deployment(deployment).toBody(new TraceResolver("unused"), "westeurope"))
                .isEqualTo(traces.put("batch.deployment.create.model", "batchEndpoints/bep/deployments/dep1"));
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(project.resolve("spec.yml"), text);
    }

    private static TraceResolver resolver(JsonNode recorded, String key) {
        return new TraceResolver(recorded.at("/properties/" + key).asText());
    }
}
