package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run configuration says about where and in what a script runs, for a step or a job of its own.
 *
 * <p>Source: the JSON schema of the run configuration, and {@code azureml.core.runconfig.RunConfiguration}, whose serialiser
 * writes more than the schema has ({@code pytorch}, {@code data}, {@code outputData}).
 */
final class RunSettings {

    private static final Set<String> SCHEDULERS = Set.of("local", "amlcompute", "containerinstance");

    private final V1Node run;
    private final V1Paths paths;
    private final List<Path> folders;
    private final ScriptFolder code;
    private final Notes notes;

    /**
     * Settings.
     *
     * @param folders where files that it names may be: the code, the configuration's own folder, the project
     * @param code null when the code is not at hand
     */
    RunSettings(V1Node run, V1Paths paths, List<Path> folders, @Nullable Path code, Notes notes) {
        this.run = run;
        this.paths = paths;
        this.folders = folders;
        this.code = new ScriptFolder(code);
        this.notes = notes;
    }

    /** The folders that a configuration file's own paths may start from; it often lies in {@code .azureml}. */
    static List<Path> folders(@Nullable Path code, Path configuration, Path project) {
        List<Path> folders = new ArrayList<>();
        if (code != null) {
            folders.add(code);
        }
        folders.add(configuration);
        Path name = configuration.getFileName();
        Path parent = configuration.getParent();
        if (parent != null && name != null && Set.of(".azureml", "aml_config").contains(name.toString())) {
            folders.add(parent);
        }
        folders.add(project);
        return folders;
    }

    boolean isSpark() {
        return run.word("framework").startsWith("pyspark");
    }

    String interpreter() {
        return EnvironmentConversion.interpreter(run.child("environment"));
    }

    Optional<JsonNode> environment() {
        return new EnvironmentConversion(paths, folders, notes).convert(run.child("environment"));
    }

    /** Sets resources, distribution, limits, compute and variables; answers what the command must begin with. */
    String apply(ObjectNode target) {
        return apply(target, new Processes(run, code, notes));
    }

    String apply(ObjectNode target, Processes processes) {
        String prefix = processes.apply(target);
        container(target);
        compute(target);
        run.number("maxRunDurationSeconds")
                .filter(seconds -> seconds > 0)
                .ifPresent(seconds -> target.putObject("limits").put("timeout", seconds));
        if (run.isTrue("credentialPassthrough")) {
            target.putObject("identity").put("type", "user_identity");
            notes.comment(
                    "identity",
                    run.location("credentialPassthrough"),
                    "credentialPassthrough: the job acts as the user who submits it");
        }
        variables(target);
        return prefix;
    }

    void variables(ObjectNode target) {
        JsonNode variables = run.child("environment").value("environmentVariables");
        if (variables instanceof ObjectNode object && !object.isEmpty()) {
            target.set("environment_variables", object);
        }
    }

    private void container(ObjectNode target) {
        V1Node own = run.child("docker");
        V1Node environment = run.child("environment").child("docker");
        own.text("shmSize")
                .or(() -> environment.text("shmSize"))
                .filter(size -> !size.equals("2g"))
                .ifPresent(size -> Processes.resources(target).put("shm_size", size));
        for (V1Node docker : List.of(environment, own)) {
            if (docker.value("arguments") instanceof ArrayNode arguments && !arguments.isEmpty()) {
                List<String> words = new ArrayList<>();
                arguments.forEach(argument -> words.add(argument.asText()));
                ObjectNode resources = Processes.resources(target);
                String before = resources.path("docker_args").asText("");
                resources.put("docker_args", (before + " " + String.join(" ", words)).strip());
            }
        }
    }

    private void compute(ObjectNode target) {
        if (target.hasNonNull("compute")) {
            return;
        }
        Optional<String> named = run.text("target");
        if (named.isEmpty()) {
            return;
        }
        String word = run.word("target");
        if (!SCHEDULERS.contains(word)) {
            target.put("compute", compute(named.get()));
        } else if (word.equals("amlcompute")) {
            V1Node cluster = run.child("amlCompute");
            cluster.text("vmSize").ifPresent(size -> Processes.resources(target).put("instance_type", size));
            notes.comment(
                    target.has("resources") ? "resources" : "command",
                    run.location("target"),
                    "v1 made a cluster for the run; without 'compute' v2 runs serverless, on nodes of this size");
        } else if (word.equals("containerinstance")) {
            notes.leftOut(
                    run.location("target"),
                    "a job cannot run on a container instance in v2; set 'compute' to a cluster, or leave it out to run"
                            + " serverless");
        } else {
            notes.comment(
                    "command",
                    run.location("target"),
                    "target: local. v2 needs a 'compute' or runs serverless; aml:run runs it on this machine");
        }
    }

    ScriptFolder code() {
        return code;
    }

    /** As v2 writes a compute target. */
    static String compute(String name) {
        return name.startsWith("azureml:") || name.contains("${{") ? name : "azureml:" + name;
    }

    /** What the script is given; empty without any. */
    List<JsonNode> arguments() {
        List<JsonNode> arguments = new ArrayList<>();
        if (run.value("arguments") instanceof ArrayNode list) {
            list.forEach(arguments::add);
        }
        return arguments;
    }

    /** A PySpark run as a Spark job: entry and settings that v1 had defaults for. */
    void applySpark(ObjectNode target, String script, String arguments) {
        target.putObject("entry").put("file", script);
        if (!arguments.isEmpty()) {
            target.put("args", arguments);
        }
        ObjectNode conf = target.putObject("conf");
        conf.put("spark.driver.cores", 1)
                .put("spark.driver.memory", "2g")
                .put("spark.executor.cores", 2)
                .put("spark.executor.memory", "2g")
                .put("spark.executor.instances", 2);
        notes.comment(
                "conf", run.location("framework"), "v2 needs the first five; what v1 did not say has a small size");
        V1Node configuration = run.child("spark").child("configuration");
        configuration.mapping().entries().keySet().forEach(key -> {
            JsonNode value = key.startsWith("spark.yarn") ? null : configuration.value(key);
            if (value != null) {
                conf.set(key, value);
            }
        });
        target.putObject("resources").put("instance_type", "standard_e4s_v3").put("runtime_version", "3.4");
        notes.comment(
                "resources",
                run.location("framework"),
                "serverless Spark takes the place of HDInsight and YARN, which v2 does not know; for an attached Synapse"
                        + " pool write 'compute' instead");
    }
}
