package io.github.amlmaven.core.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.asset.WorkspaceAssets;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.content.StampIndex;
import io.github.amlmaven.core.endpoint.BatchDeployment;
import io.github.amlmaven.core.endpoint.BatchDeploymentRequest;
import io.github.amlmaven.core.endpoint.EndpointKeys;
import io.github.amlmaven.core.endpoint.EndpointRemoval;
import io.github.amlmaven.core.endpoint.EndpointTraffic;
import io.github.amlmaven.core.endpoint.OnlineDeployment;
import io.github.amlmaven.core.endpoint.OnlineDeploymentRequest;
import io.github.amlmaven.core.job.JobCancellation;
import io.github.amlmaven.core.job.JobRun;
import io.github.amlmaven.core.job.JobRunRequest;
import io.github.amlmaven.core.model.ModelRegistration;
import io.github.amlmaven.core.model.ModelRegistrationRequest;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.request.Rendering;
import io.github.amlmaven.core.request.RequestRendering;
import io.github.amlmaven.core.schedule.JobSchedule;
import io.github.amlmaven.core.schedule.ScheduleRequest;
import io.github.amlmaven.core.scoring.ScoringKeyFile;
import io.github.amlmaven.core.scoring.ScoringKeys;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.RecordedSpecs;
import io.github.amlmaven.core.traffic.TrafficChange;
import io.github.amlmaven.core.traffic.TrafficRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What our tasks change in a workspace, request by request, is what azure-ai-ml 1.34.0 was recorded to change for the same:
 * the same methods, paths and bodies in the same order. Fewer requests are fine where content is there already.
 */
class RecordedSequencesTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path project;

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(Progress.NONE);
    private final SpecReader reader = new SpecReader();
    private final SequenceComparison comparison = new SequenceComparison();

    @BeforeEach
    void files() throws IOException {
        KeptWorkspace.at(service);
        write("src/train.py", "print(1)\n");
        write("src/score.py", "def init(): pass\ndef run(d): return d\n");
        write("model/MLmodel", "flavors: {}\n");
        write("model/model.pkl", "abc");
    }

    private Path write(String name, String text) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    private interface Task {
        void run() throws IOException;
    }

    /** Runs a task and compares what it changed with what some scenarios changed, one after the other. */
    private void same(Task task, String... scenarios) throws IOException {
        service.forget();
        task.run();
        comparison.add(received(), scenarios);
    }

    private List<Change> received() {
        return service.requests().stream()
                .flatMap(request -> Change.of(request).stream())
                .toList();
    }

    /** A file that no goal sends by itself; aml:render shows its request. */
    private void rendered(String scenario, String text) throws IOException {
        Path file = write(scenario + ".yml", text);
        Rendering rendering = new RequestRendering(reader).render(file, project);
        assertThat(rendering).isInstanceOf(Rendering.Requests.class);
        if (rendering instanceof Rendering.Requests requests) {
            comparison.add(
                    List.of(Change.planned(
                            requests.request().method(),
                            requests.request().path(),
                            requests.request().body())),
                    scenario);
        }
    }

    @Test
    void everyTaskChangesWhatTheOfficialClientChanges() throws IOException {
        models();
        assets();
        jobs();
        online();
        batch();
        schedules();

        comparison.check();
    }

    private void models() throws IOException {
        Path first = write("m1.yml", """
                name: m1
                type: custom_model
                path: model
                description: d
                tags: {a: b}
                properties: {git.commit: abc}
                """);
        same(() -> register(first), "model.create.custom.autoversion");
        same(() -> register(first), "model.create.again.sameContent");
        Path second = write(
                "m2.yml", "name: m2\nversion: 7\ntype: mlflow_model\npath: model\nflavors: {sklearn: {v: '1'}}\n");
        same(() -> register(second), "model.create.mlflow.explicitVersion");
    }

    private void register(Path file) {
        new ModelRegistration(
                        clients,
                        reader,
                        new StampIndex(project.resolve("target/stamps"), true, Progress.NONE),
                        Progress.NONE)
                .register(new ModelRegistrationRequest(
                        file,
                        project,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "g:a:1",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        false));
    }

    private void assets() throws IOException {
        write("conda.yml", "name: e\ndependencies: [python=3.11]\n");
        write("ctx/Dockerfile", "FROM scratch\n");
        Path conda = write(
                "e1.yml",
                "name: e1\nversion: 1\nimage: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04\nconda_file: conda.yml\n");
        Path build = write("e2.yml", "name: e2\nversion: 1\nbuild: {path: ctx}\n");
        same(() -> environment(conda), "environment.create.imageConda");
        same(() -> environment(build), "environment.create.buildContext.autoversion");
        // The hash of the folder is in the recorded place: uploads have tests of their own.
        rendered("data.create.uriFolder.autoversion", """
                $schema: https://azuremlschemas.azureedge.net/latest/data.schema.json
                name: d1
                version: 1
                type: uri_folder
                path: azureml://datastores/workspaceblobstore/paths/LocalUpload/f89541b8d48547206f0c98ad0e16616697bd11b4a85ca89b8f4b39578ac31e73/data
                """);
        Path component = write("component.yml", RecordedSpecs.COMMAND_COMPONENT);
        component(component);
        rendered("compute.create.amlCompute", """
                $schema: https://azuremlschemas.azureedge.net/latest/amlCompute.schema.json
                name: gpu
                type: amlcompute
                size: Standard_NC6
                min_instances: 0
                max_instances: 2
                idle_time_before_scale_down: 120
                """);
        rendered("compute.create.instance", "name: ci1\ntype: computeinstance\nsize: Standard_DS3_v2\n");
        rendered("compute.attach.kubernetes", """
                name: k8s
                type: kubernetes
                namespace: ml
                resource_id: /subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg1/providers/Microsoft.ContainerService/managedClusters/aks1
                """);
    }

    /** No goal registers a component of a command by itself: its code is uploaded, and its body made, as for a pipeline's. */
    private void component(Path file) throws IOException {
        service.forget();
        SpecLoader loader = new SpecLoader(reader, project);
        loader.component(file).toBody(new WorkspaceAssets(clients, Progress.NONE), "train_comp", "1");
        JsonNode body = loader.component(file).toBody(new WorkspaceAssets(clients, Progress.NONE), "train_comp", "1");
        List<Change> ours = new ArrayList<>(received());
        ours.add(Change.planned("PUT", KeptWorkspace.WS + "/components/train_comp/versions/1", body));
        comparison.add(ours, "component.create");
    }

    private void environment(Path file) {
        new WorkspaceAssets(clients, Progress.NONE).environment(new SpecLoader(reader, project).environment(file));
    }

    private void jobs() throws IOException {
        Path command = write("job.yml", RecordedSpecs.COMMAND_JOB);
        same(() -> submit(command, "job1"), "job.command.submit");
        Path fromJob = write(
                "m3.yml",
                "name: m3\nversion: '1'\ntype: mlflow_model\npath: azureml://jobs/job1/outputs/artifacts/paths/model/\n");
        same(() -> register(fromJob), "model.create.fromJobOutput");
        same(() -> new JobCancellation(clients).request("job1"), "job.cancel");
        Path pipeline = write("pipeline.yml", RecordedSpecs.PIPELINE_JOB);
        same(() -> submit(pipeline, "pipe1"), "job.pipeline.submit");
    }

    private void submit(Path file, String name) {
        Path target = project.resolve("target/aml");
        new JobRun(clients, reader, Progress.NONE)
                .run(
                        new JobRunRequest(
                                file,
                                project,
                                Map.of(),
                                Optional.of(name),
                                Optional.empty(),
                                Map.of(),
                                LIMIT,
                                false,
                                false,
                                target.resolve("outputs"),
                                target,
                                target.resolve("run.json"),
                                false,
                                false),
                        job -> {});
    }

    private void online() throws IOException {
        String schema = "$schema: https://azuremlschemas.azureedge.net/latest/";
        write(
                "endpoint.yml",
                schema + "managedOnlineEndpoint.schema.json\nname: ep-one\nauth_mode: key\ntags: {x: y}\n");
        write("blue.yml", RecordedSpecs.ONLINE_DEPLOYMENT);
        write("green.yml", RecordedSpecs.ONLINE_DEPLOYMENT.replace("blue", "green"));
        OnlineDeploymentRequest.Host managed = OnlineDeploymentRequest.Host.MANAGED;
        same(
                () -> deploy(managed, "endpoint.yml", "blue.yml", true),
                "online.endpoint.create",
                "online.deployment.create.blue");
        same(() -> deploy(managed, "endpoint.yml", "green.yml", false), "online.deployment.create.green");
        same(() -> traffic(Map.of("blue", 90, "green", 10), Map.of()), "online.traffic.canary");
        same(() -> traffic(Map.of("blue", 100), Map.of("green", 10)), "online.traffic.mirror");
        same(
                () -> new EndpointKeys(clients)
                        .list(
                                "ep-one",
                                Optional.of(ScoringKeys.Which.PRIMARY),
                                new ScoringKeyFile(project.resolve("target/keys.json")),
                                LIMIT),
                "online.regenerateKeys");
        write("blue.yml", RecordedSpecs.ONLINE_DEPLOYMENT.replace("instance_count: 1", "instance_count: 3"));
        same(() -> deploy(managed, "endpoint.yml", "blue.yml", false), "online.deployment.scale");
        traffic(Map.of("blue", 100), Map.of());
        same(
                () -> new EndpointRemoval(clients)
                        .remove(new EndpointRemoval.Request(
                                EndpointRemoval.Kind.ONLINE, "ep-one", Optional.of("green"), LIMIT, false)),
                "online.deployment.delete");

        write("kep.yml", schema + "kubernetesOnlineEndpoint.schema.json\nname: kep\ncompute: azureml:k8s\n");
        write("kblue.yml", RecordedSpecs.KUBERNETES_DEPLOYMENT);
        same(
                () -> deploy(OnlineDeploymentRequest.Host.KUBERNETES, "kep.yml", "kblue.yml", true),
                "k8s.endpoint.create",
                "k8s.deployment.create");
    }

    private void deploy(OnlineDeploymentRequest.Host host, String endpoint, String deployment, boolean first) {
        new OnlineDeployment(clients, reader, Progress.NONE, Clock.systemUTC())
                .deploy(new OnlineDeploymentRequest(
                        host,
                        project.resolve(endpoint),
                        List.of(project.resolve(deployment)),
                        project,
                        project.resolve("target/aml/model.json"),
                        // The first gets all traffic unless it is said that none has any.
                        first ? Optional.of(Map.of()) : Optional.empty(),
                        new ScoringKeyFile(project.resolve("target/keys.json")),
                        LIMIT,
                        false));
    }

    private void traffic(Map<String, Integer> live, Map<String, Integer> mirror) {
        new TrafficChange(
                        new EndpointTraffic(clients, "ep-one", LIMIT, Progress.NONE), Progress.NONE, Clock.systemUTC())
                .change(new TrafficRequest(Optional.of(live), Optional.of(mirror), false));
    }

    private void batch() throws IOException {
        write(
                "bep.yml",
                "$schema: https://azuremlschemas.azureedge.net/latest/batchEndpoint.schema.json\nname: bep\nauth_mode: aad_token\n");
        write("dep1.yml", RecordedSpecs.BATCH_DEPLOYMENT);
        rendered("batch.deployment.create.pipelineComponent", """
                $schema: https://azuremlschemas.azureedge.net/latest/pipelineComponentBatchDeployment.schema.json
                name: dep2
                endpoint_name: bep
                type: pipeline
                component: azureml:train_comp:1
                settings: {default_compute: cpu}
                """);
        same(
                () -> batch("dep1.yml", true),
                "batch.endpoint.create",
                "batch.deployment.create.model",
                "batch.endpoint.setDefault");
    }

    private void batch(String deployment, boolean makeDefault) {
        new BatchDeployment(clients, reader, Progress.NONE)
                .deploy(new BatchDeploymentRequest(
                        project.resolve("bep.yml"),
                        project.resolve(deployment),
                        project,
                        project.resolve("target/aml/model.json"),
                        makeDefault,
                        LIMIT,
                        false));
    }

    private void schedules() throws IOException {
        write("pipe.yml", RecordedSpecs.PIPELINE_JOB.replace("display_name: pipe1\n", ""));
        write("sch1.yml", """
                name: sch1
                trigger: {type: cron, expression: "0 3 * * *", time_zone: UTC}
                create_job: ./pipe.yml
                """);
        same(() -> schedule(ScheduleRequest.Action.APPLY), "schedule.create.cron.job");
        same(() -> schedule(ScheduleRequest.Action.DISABLE), "schedule.disable");
    }

    private void schedule(ScheduleRequest.Action action) {
        new JobSchedule(clients, reader, Progress.NONE)
                .run(new ScheduleRequest(
                        action,
                        project.resolve("sch1.yml"),
                        project,
                        Optional.of("sch1"),
                        Optional.empty(),
                        LIMIT,
                        false));
    }
}
