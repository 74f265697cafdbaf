package io.github.amlmaven.emulator.inference;

import io.github.amlmaven.emulator.collector.Sidecar;
import io.github.amlmaven.emulator.container.ContainerRuntime;
import io.github.amlmaven.emulator.container.ContainerSpec;
import io.github.amlmaven.emulator.container.SupervisedContainer;
import io.github.amlmaven.emulator.inference.Served.Software;
import io.github.amlmaven.emulator.job.data.BlobFolders;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache;
import io.github.amlmaven.emulator.job.environment.EnvironmentCache.VirtualEnvironment;
import io.github.amlmaven.emulator.job.environment.EnvironmentFailure;
import io.github.amlmaven.emulator.job.environment.PythonEnvironment;
import io.github.amlmaven.emulator.job.process.HostVariables;
import io.github.amlmaven.emulator.job.process.Stop;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prepares what a deployment is served by: software, code, model; and the supervised process on top. */
final class Servers {

    /** Where AML's containers have the deployment's code and models. */
    private static final String APP_ROOT = "/var/azureml-app";

    /** Where containers have the settings of their data collector. */
    private static final String COLLECTOR = "/var/azureml-mdc";

    private static final String INFERENCE_SERVER = "azureml-inference-server-http";

    private final BlobFolders blobs;
    private final EnvironmentCache environments;
    private final PythonServers python;
    private final ContainerRuntime containers;
    private final Clock clock;

    Servers(
            BlobFolders blobs,
            EnvironmentCache environments,
            PythonServers python,
            ContainerRuntime containers,
            Clock clock) {
        this.blobs = blobs;
        this.environments = environments;
        this.python = python;
        this.containers = containers;
        this.clock = clock;
    }

    /** Builds, downloads, and hands out the server not yet started. */
    SupervisedContainer prepare(
            Served asked, ServingFolder folder, Optional<Sidecar> sidecar, DeploymentEvents events, Stop stop)
            throws IOException, Stop.StoppedException {
        Served served = sidecar.isPresent() ? asked.with(collecting(sidecar.get(), asked, folder)) : asked;
        folder.stage(served, blobs);
        ContainerRuntime runtime;
        ContainerSpec spec;
        if (served.software() instanceof Software.Image image) {
            runtime = containers;
            spec = image(served, image, folder);
            if (sidecar.isPresent() && !runtime.hostNetwork()) {
                events.event("Warning", "DataCollectorUnreachable", unreachable(sidecar.get(), runtime));
            }
        } else {
            runtime = python.in(folder);
            VirtualEnvironment environment = environment(served, folder, stop);
            String program = environment.programs().resolve("python").toString();
            spec = new ContainerSpec(
                    name(served),
                    environment.path().toString(),
                    List.of(program, folder.launcher().toString()),
                    pythonVariables(served, folder, environment),
                    0,
                    0,
                    0);
        }
        SupervisedContainer.Plan plan = new SupervisedContainer.Plan(
                spec,
                SupervisedContainer.Restart.ALWAYS,
                Optional.of(served.probes().liveness()),
                Optional.of(served.probes().readiness()));
        return new SupervisedContainer(plan, runtime, clock, events);
    }

    /** An image with code and model mounted where AML mounts them; what the image brings itself is left alone. */
    private static ContainerSpec image(Served served, Software.Image image, ServingFolder folder) {
        Map<String, String> variables = new LinkedHashMap<>();
        List<ContainerSpec.Mount> mounts = new ArrayList<>();
        if (served.code().isPresent()) {
            mounts.add(new ContainerSpec.Mount(folder.appRoot(), APP_ROOT));
            variables.put("AML_APP_ROOT", APP_ROOT);
            variables.put("AZUREML_ENTRY_SCRIPT", served.script());
        }
        served.model().ifPresent(model -> {
            String models = served.modelMountPath().isEmpty() ? APP_ROOT + "/azureml-models" : served.modelMountPath();
            if (mounts.isEmpty() || !served.modelMountPath().isEmpty()) {
                mounts.add(new ContainerSpec.Mount(folder.models(), models));
            }
            variables.put("AZUREML_MODEL_DIR", models + "/" + model.name() + "/" + model.version());
        });
        if (Files.exists(folder.collector())) {
            mounts.add(new ContainerSpec.Mount(folder.collector(), COLLECTOR));
        }
        variables.putAll(served.variables());
        return new ContainerSpec(
                name(served), image.reference(), List.of(), variables, image.port(), 0, 0, List.copyOf(mounts));
    }

    /** What tells azureml-ai-monitoring to collect, and where to send it. */
    private static Map<String, String> collecting(Sidecar sidecar, Served served, ServingFolder folder)
            throws IOException {
        folder.writeCollector(sidecar.config());
        String seen = served.software() instanceof Software.Image
                ? COLLECTOR
                : folder.collector().toString();
        return Map.of(
                "AZUREML_MDC_CONFIG_PATH",
                seen + "/" + ServingFolder.COLLECTOR_CONFIG,
                "AZUREML_MDC_HOST",
                "127.0.0.1",
                "AZUREML_MDC_PORT",
                Integer.toString(sidecar.port()));
    }

    /** AML's sidecar shares the network of the container; here only a container that shares this machine's has it. */
    private static String unreachable(Sidecar sidecar, ContainerRuntime runtime) {
        return "What the scoring script collects does not arrive: " + runtime.isolation()
                + " gives the container a network of its own, where AZUREML_MDC_HOST=127.0.0.1 and port "
                + sidecar.port()
                + " are the container itself. The collections request and response are kept all the same. Start the"
                + " emulator with AML_EMULATOR_ISOLATION=bubblewrap, unshare, chroot or process to try the others.";
    }

    private static String name(Served served) {
        return served.deployment().segment("onlineEndpoints") + "-"
                + served.deployment().name();
    }

    private VirtualEnvironment environment(Served served, ServingFolder folder, Stop stop)
            throws IOException, Stop.StoppedException {
        try {
            return environments.obtain(wanted(served, folder), HostVariables.inherited(), folder.buildLog(), stop);
        } catch (EnvironmentFailure e) {
            throw ServingFailure.imageBuild("The environment's image cannot be built: " + e.getMessage());
        }
    }

    private static PythonEnvironment wanted(Served served, ServingFolder folder) throws IOException {
        if (served.software() instanceof Software.Packages packages) {
            PythonEnvironment asked = EnvironmentCache.read(packages.condaFile());
            // Microsoft's inference images bring the server; a conda file makes a new environment beside theirs.
            return packages.condaFile().isBlank() || packages.image().contains("inference")
                    ? with(asked, INFERENCE_SERVER)
                    : asked;
        }
        Path conda = folder.mlflowFolder(served.model().orElseThrow()).resolve("conda.yaml");
        if (!Files.exists(conda)) {
            throw ServingFailure.imageBuild("The MLflow model has no conda.yaml, so its environment is not known.");
        }
        return with(EnvironmentCache.read(Files.readString(conda)), INFERENCE_SERVER, "pandas");
    }

    private static PythonEnvironment with(PythonEnvironment environment, String... packages) {
        List<String> requirements = new ArrayList<>(environment.requirements());
        for (String name : packages) {
            if (requirements.stream().noneMatch(line -> line.matches("(?i)" + name + "\\b.*"))) {
                requirements.add(name);
            }
        }
        return new PythonEnvironment(environment.python(), requirements);
    }

    private static Map<String, String> pythonVariables(
            Served served, ServingFolder folder, VirtualEnvironment environment) throws IOException {
        Map<String, String> variables = new TreeMap<>(HostVariables.inherited());
        variables.put("PATH", environment.programs() + File.pathSeparator + variables.getOrDefault("PATH", ""));
        variables.put("VIRTUAL_ENV", environment.path().toString());
        variables.put("PYTHONUNBUFFERED", "1");
        variables.put("AML_APP_INSIGHTS_ENABLED", "false");
        if (served.software() instanceof Software.MlflowModel) {
            Served.Model model = served.model().orElseThrow();
            variables.put("AML_APP_ROOT", folder.mlflowRoot().toString());
            variables.put(
                    "AZUREML_ENTRY_SCRIPT", folder.mlflowScript().getFileName().toString());
            variables.put(
                    "MLFLOW_MODEL_FOLDER",
                    folder.modelDirectory(model)
                            .relativize(folder.mlflowFolder(model))
                            .toString());
        } else {
            variables.put("AML_APP_ROOT", folder.appRoot().toString());
            variables.put("AZUREML_ENTRY_SCRIPT", served.script());
        }
        variables.putAll(common(served, folder));
        return variables;
    }

    private static Map<String, String> common(Served served, ServingFolder folder) {
        Map<String, String> variables = new LinkedHashMap<>();
        served.model()
                .ifPresent(model -> variables.put(
                        "AZUREML_MODEL_DIR", folder.modelDirectory(model).toString()));
        variables.putAll(served.variables());
        return variables;
    }
}
