package io.github.amlmaven.core.spec.v1;

import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is said of the keys that nothing was made of: each is named with what to use instead. Those with the value that the
 * first API wrote without being asked are named together, since nothing changes without them.
 *
 * @param warnings one for each key that is left out
 * @param defaults the keys with the first API's own values, in one sentence
 */
record LeftOver(List<Problem> warnings, Optional<Sentence> defaults) {

    /** A sentence about a place in a file. */
    record Sentence(Location location, String message) {}

    /** What to use instead of a key, by the end of its path. */
    private static final Map<String, String> INSTEAD = Map.ofEntries(
            Map.entry("sourceDirectoryDataStore", "v2 keeps code in the workspace's own store"),
            Map.entry("jobName", "a step of a pipeline has its own name: 'display_name' of the step"),
            Map.entry("script", "the step's own script is run"),
            Map.entry("command", "the step's own command is run"),
            Map.entry("arguments", "the step's own arguments are given; add these to them"),
            Map.entry("dataReferences", "the step's own inputs and outputs are used; add this to them"),
            Map.entry("data", "the step's own inputs are used; add this to them as azureml:<name>:<version>"),
            Map.entry("outputData", "the step's own outputs are used; add this to them"),
            Map.entry("pathOnCompute", "v2 chooses the path; the script is given it by ${{inputs.<name>}}"),
            Map.entry("overwrite", "v2 writes each run's outputs to a path of its own, unless 'path' names one"),
            Map.entry("createOutputDirectories", "v2 makes the folders of outputs itself"),
            Map.entry("environmentVariableName", "set it in 'environment_variables', or read the script's arguments"),
            Map.entry("dataset.id", "v2 knows data by name and version: azureml:<name>:<version>"),
            Map.entry("registerName", "write it as 'name' of the output, which registers what the job leaves"),
            Map.entry("autoPrepareEnvironment", "v2 always builds an environment that is not there"),
            Map.entry("prepareEnvironment", "v2 always builds an environment that is not there"),
            Map.entry("history", "v2 keeps outputs and logs of every job; use MLflow for metrics"),
            Map.entry("hdi", "v2 knows no HDInsight; use a Spark job on serverless Spark or a Synapse pool"),
            Map.entry("batchAi", "Batch AI is retired; use an AmlCompute cluster as 'compute'"),
            Map.entry("containerInstance", "a v2 job runs on a cluster, or serverless with 'resources.instance_type'"),
            Map.entry(
                    "exposedPorts", "use 'services' of the job, which opens ssh, jupyter_lab, tensor_board or vs_code"),
            Map.entry(
                    "amlCompute.name",
                    "v2 makes no cluster for a run; 'aml:apply' or az ml makes one to name in 'compute'"),
            Map.entry(
                    "vmPriority", "serverless takes 'queue_settings: {job_tier: spot}'; a cluster has its own 'tier'"),
            Map.entry("retainCluster", "v2 makes no cluster for a run; serverless nodes go when the job ends"),
            Map.entry("clusterMaxNodeCount", "set 'resources.instance_count', or 'max_instances' of the cluster"),
            Map.entry("amlCompute", "it matters with target: amlcompute alone; 'compute' names the cluster in v2"),
            Map.entry("vmSize", "it matters with target: amlcompute alone; the size is the cluster's"),
            Map.entry("processCountPerNode", "it matters under MPI alone; use distribution.process_count_per_instance"),
            Map.entry("communicationBackend", "the script chooses it: torch.distributed.init_process_group(<backend>)"),
            Map.entry("mpi", "it matters under MPI alone"),
            Map.entry("pytorch", "it matters with the framework PyTorch alone"),
            Map.entry("tensorflow", "it matters with the framework TensorFlow and parameter servers alone"),
            Map.entry("nodeCount", "the number of nodes is said elsewhere, or is that of 'resources' for Spark"),
            Map.entry("communicator", "Spark has none"),
            Map.entry("spark", "it matters with the framework PySpark alone"),
            Map.entry(
                    "environment.spark",
                    "name packages and repositories in 'conf' of a Spark job: spark.jars.packages"),
            Map.entry("repositories", "set spark.jars.repositories in 'conf' of the Spark job"),
            Map.entry("precachePackages", "Spark fetches packages when a job starts"),
            Map.entry("environment.databricks", "Databricks has no place in a v2 environment; install there itself"),
            Map.entry("inferencingStackVersion", "install azureml-inference-server-http (pip) in the environment"),
            Map.entry("baseCondaEnvironment", "name all packages in the conda file"),
            Map.entry("interpreterPath", "conda makes the interpreter, unless userManagedDependencies is true"),
            Map.entry("userManagedDependencies", "an environment that is named has its own packages"),
            Map.entry(
                    "condaDependencies", "the image has its own Python (userManagedDependencies), or another key won"),
            Map.entry(
                    "condaDependenciesFile",
                    "the image has its own Python (userManagedDependencies), or another key won"),
            Map.entry(
                    "environment.version", "an environment that is written out gets its version when it is registered"),
            Map.entry("environment.name", "the name stays with the environment that is registered under it"),
            Map.entry("docker.enabled", "every v2 job runs in a container"),
            Map.entry("shmSize", "the run configuration's own docker.shmSize wins, or it is no run"),
            Map.entry("authEnabled", "tokenAuthEnabled is set, so callers need a token"),
            Map.entry("useDocker", "every v2 job runs in a container"),
            Map.entry("gpuSupport", "v2 finds the GPUs of a node itself; take an image with CUDA"),
            Map.entry("sharedVolumes", "v2 has no shared volumes; mount the data as an input"),
            Map.entry("baseImageRegistry", "it belongs to a 'baseImage', which is not used here"),
            Map.entry("username", "make a connection of type container_registry, or give the identity AcrPull"),
            Map.entry("password", "make a connection of type container_registry, or give the identity AcrPull"),
            Map.entry("environment", "a v2 Spark job has one too: add 'environment' to the job by hand"),
            Map.entry("target", "another key names the compute"),
            Map.entry(
                    "maxRunDurationSeconds", "a Spark job or step has no such limit; cancel it when it lasts too long"),
            Map.entry("credentialPassthrough", "write 'identity: {type: user_identity}' in the Spark job"),
            Map.entry("compute", "serverless Spark takes its place; for a Synapse pool write 'compute'"),
            Map.entry("runconfig", "this type of step takes nothing from a run configuration"),
            Map.entry("source_directory", "this type of step takes its code from elsewhere"),
            Map.entry("allow_reuse", "make it a component with is_deterministic: false"),
            Map.entry("inputs", "this type of step takes nothing but what it transfers"),
            Map.entry("outputs", "this type of step writes nothing but what it transfers"),
            Map.entry("parameters", "this type of step takes no parameters"),
            Map.entry("bind_mode", "v2 says the mode at the input or output of a step: 'mode'"),
            Map.entry("datastore", "a data asset knows its own datastore"),
            Map.entry("path_on_datastore", "a data asset knows its own path; a schedule cannot watch one"),
            Map.entry("compute_target_name", "the step's own 'compute' wins, as in v1"),
            Map.entry("mini_batch_size", "partition_keys split the input"),
            Map.entry("append_row_file_name", "it matters with output_action: append_row alone"),
            Map.entry("environment_name", "'environment' is used"),
            Map.entry("environment_dir_path", "'environment' or 'environment_name' is used"),
            Map.entry("wait_for_provisioning", "aml:schedule waits until the schedule is there"),
            Map.entry("wait_timeout", "aml:schedule has -Daml.schedule.timeout"),
            Map.entry("polling_interval", "a schedule cannot watch a datastore; Event Grid tells of new blobs"),
            Map.entry("data_path_parameter_name", "a schedule cannot watch a datastore; Event Grid tells of new blobs"),
            Map.entry("continue_on_step_failure", "write settings.continue_on_step_failure in the pipeline job"),
            Map.entry("hours", "the frequency takes none, or time_of_day wins"),
            Map.entry("minutes", "the frequency takes none, or time_of_day wins"),
            Map.entry("time_of_day", "the frequency takes none; write the start in start_time"),
            Map.entry("week_days", "the frequency takes none"),
            Map.entry("runtime", "v2 serves Python, or an image of your own"),
            Map.entry("cudaVersion", "take an image with this CUDA version"),
            Map.entry("condaFile", "'environment' is used"),
            Map.entry("baseImage", "'environment' or 'baseDockerfile' is used"),
            Map.entry("cpuLimit", "the node of a managed endpoint is the limit: 'instance_type'"),
            Map.entry("memoryInGBLimit", "the node of a managed endpoint is the limit: 'instance_type'"),
            Map.entry("sslCertificate", "sslEnabled is not set, so it had no effect"),
            Map.entry("sslKey", "sslEnabled is not set, so it had no effect"),
            Map.entry("cname", "sslEnabled is not set, so it had no effect"),
            Map.entry("eventHubEnabled", "'data_collector' writes to storage; let a job send it on"),
            Map.entry("computeName", "give the attached Kubernetes compute as -Daml.convert.compute"),
            Map.entry("computeTargetName", "give the attached Kubernetes compute as -Daml.convert.compute"),
            Map.entry("numReplicas", "the auto-scaler is on and decides"),
            Map.entry("autoScaler", "autoscaleEnabled is false"),
            Map.entry("minReplicas", "autoscaleEnabled is false"),
            Map.entry("maxReplicas", "autoscaleEnabled is false"),
            Map.entry("refreshPeriodInSeconds", "autoscaleEnabled is false"),
            Map.entry("targetUtilization", "autoscaleEnabled is false"));

    /** What the first API's serialisers wrote without being asked, by the end of the path. */
    private static final Map<String, Set<String>> DEFAULTS = Map.ofEntries(
            Map.entry("autoPrepareEnvironment", Set.of("true")),
            Map.entry("prepareEnvironment", Set.of("true")),
            Map.entry("history.outputCollection", Set.of("true")),
            Map.entry("history.snapshotProject", Set.of("true")),
            Map.entry("history.directoriesToWatch", Set.of("[logs]")),
            Map.entry("hdi.yarnDeployMode", Set.of("cluster", "none")),
            Map.entry("batchAi.clusterMaxNodeCount", Set.of("1")),
            Map.entry("batchAi.retainCluster", Set.of("false")),
            Map.entry("batchAi.nodeCount", Set.of("1")),
            Map.entry("clusterMaxNodeCount", Set.of("1")),
            Map.entry("retainCluster", Set.of("false")),
            Map.entry("containerInstance.cpuCores", Set.of("1", "2", "2.0")),
            Map.entry("containerInstance.memoryGb", Set.of("3.5", "4", "4.0")),
            Map.entry("workerCount", Set.of("1")),
            Map.entry("parameterServerCount", Set.of("1")),
            Map.entry("processCountPerNode", Set.of("1")),
            Map.entry("mpi.nodeCount", Set.of("1")),
            Map.entry("pytorch.nodeCount", Set.of("1")),
            Map.entry("processCount", Set.of("1")),
            Map.entry("communicationBackend", Set.of("nccl")),
            Map.entry("communicator", Set.of("none")),
            Map.entry("configuration.spark.app.name", Set.of("azure ml experiment")),
            Map.entry("configuration.spark.yarn.maxAppAttempts", Set.of("1")),
            Map.entry("spark.precachePackages", Set.of("true")),
            Map.entry("spark.repositories", Set.of("[https://mmlspark.azureedge.net/maven]")),
            Map.entry("interpreterPath", Set.of("python")),
            Map.entry("userManagedDependencies", Set.of("false")),
            Map.entry("docker.enabled", Set.of("true", "false")),
            Map.entry("useDocker", Set.of("true", "false")),
            Map.entry("sharedVolumes", Set.of("true")),
            Map.entry("gpuSupport", Set.of("true", "false")),
            Map.entry("overwrite", Set.of("false")),
            Map.entry("createOutputDirectories", Set.of("false")),
            Map.entry("credentialPassthrough", Set.of("false")),
            Map.entry("allow_reuse", Set.of("true")),
            Map.entry("runtime", Set.of("python")),
            Map.entry("shmSize", Set.of("2g")),
            Map.entry("authEnabled", Set.of("true")),
            Map.entry("autoscaleEnabled", Set.of("false")),
            Map.entry("eventHubEnabled", Set.of("false")),
            Map.entry("wait_for_provisioning", Set.of("true", "false")));

    static LeftOver of(List<ReadKeys.Unread> unread) {
        List<Problem> warnings = new ArrayList<>();
        List<ReadKeys.Unread> usual = new ArrayList<>();
        for (ReadKeys.Unread key : unread) {
            if (isUsual(key.path(), key.value())) {
                usual.add(key);
            } else {
                warnings.add(new Problem(ErrorCode.SPEC_UNSUPPORTED, key.where(), message(key)));
            }
        }
        List<String> names = usual.stream()
                .map(key -> key.path() + " (" + key.where().line() + ":"
                        + key.where().column() + ")")
                .toList();
        return new LeftOver(
                warnings,
                usual.stream()
                        .findFirst()
                        .map(first -> new Sentence(
                                first.where(),
                                "left out, since these are v1's own values and v2 needs none: "
                                        + String.join(", ", names))));
    }

    private static String message(ReadKeys.Unread key) {
        return byEnd(INSTEAD, key.path())
                .map(instead -> "'" + key.path() + "' is left out: " + instead)
                .orElseGet(() -> {
                    String near = Suggestion.sentence(key.key(), key.asked());
                    return "'" + key.path() + "' is left out: v2 has nothing of this name"
                            + (near.isEmpty() ? "; what it did has to be said in the v2 file by hand" : near);
                });
    }

    private static boolean isUsual(String path, SpecNode value) {
        if (value instanceof SpecNode.Mapping mapping) {
            return mapping.entries().entrySet().stream()
                    .allMatch(entry -> isUsual(
                            path + "." + entry.getKey(), entry.getValue().value()));
        }
        String text = value instanceof SpecNode.Scalar scalar ? scalar.text() : list(value);
        return text.isBlank()
                || text.equals("null")
                || byEnd(DEFAULTS, path)
                        .filter(values -> values.contains(text.toLowerCase(Locale.ROOT)))
                        .isPresent();
    }

    private static String list(SpecNode value) {
        if (!(value instanceof SpecNode.Sequence sequence)) {
            return "";
        }
        List<String> items = sequence.items().stream()
                .map(item -> item instanceof SpecNode.Scalar scalar ? scalar.text() : "")
                .toList();
        return items.isEmpty() ? "" : "[" + String.join(",", items) + "]";
    }

    /** The entry of the longest end of a path. */
    private static <T> Optional<T> byEnd(Map<String, T> table, String path) {
        for (String end = path; !end.isEmpty(); ) {
            T found = table.get(end);
            if (found != null) {
                return Optional.of(found);
            }
            int dot = end.indexOf('.');
            end = dot < 0 ? "" : end.substring(dot + 1);
        }
        return Optional.empty();
    }
}
