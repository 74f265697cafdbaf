package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A ParallelRunStep with its configuration file as a step of type {@code parallel}.
 *
 * <p>Source: {@code ParallelRunConfig.load_yaml} of azureml-pipeline-steps for the file, and
 * https://learn.microsoft.com/azure/machine-learning/migrate-to-v2-execution-parallel-run-step for what each key becomes.
 */
final class ParallelConversion {

    private final V1Node step;
    private final SpecDocument document;
    private final V1Paths paths;
    private final Ports ports;
    private final Notes notes;

    ParallelConversion(V1Node step, SpecDocument document, V1Paths paths, Ports ports, Notes notes) {
        this.step = step;
        this.document = document;
        this.paths = paths;
        this.ports = ports;
        this.notes = notes;
    }

    void apply(ObjectNode converted) {
        SpecNode.Scalar file = step.scalar("parallel_run_config");
        Optional<Path> found = file == null
                ? Optional.empty()
                : paths.find(file, List.of(document.directory(), paths.files().directory()), notes);
        if (found.isEmpty() || !Files.isRegularFile(found.get())) {
            return;
        }
        SpecDocument read = paths.files().read(found.get(), "v1-parallel-run-configuration");
        V1Node config = V1Node.of(read, notes.reads()).child("parallel_run_config");
        converted.put("type", "parallel");
        step.text("name").ifPresent(name -> converted.put("display_name", name));
        config.text("description").ifPresent(text -> converted.put("description", text));
        step.text("compute")
                .or(() -> config.text("compute_target_name"))
                .ifPresent(compute -> converted.put("compute", RunSettings.compute(compute)));
        ObjectNode inputs = ports.inputs();
        converted.set("inputs", inputs);
        converted.set("outputs", ports.outputs());
        split(converted);
        sizes(config, converted);
        tolerance(config, converted);
        task(config, read, converted);
    }

    /** The input that is split: the first; the others are side inputs by another name. */
    private void split(ObjectNode converted) {
        List<String> inputs = new ArrayList<>(step.child("inputs").children().keySet());
        if (inputs.isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    step.location(),
                    "a ParallelRunStep needs an entry of 'inputs' to split");
            return;
        }
        converted.put("input_data", "${{inputs." + Ports.name(inputs.get(0)) + "}}");
        if (inputs.size() > 1) {
            notes.comment(
                    "input_data",
                    step.location("inputs"),
                    "v2 splits one input; v1 split all of: " + String.join(", ", inputs));
        }
    }

    private void sizes(V1Node config, ObjectNode converted) {
        if (config.value("partition_keys") instanceof ArrayNode keys && !keys.isEmpty()) {
            converted.set("partition_keys", keys);
        } else {
            converted.put(
                    "mini_batch_size",
                    config.text("mini_batch_size")
                            .map(size -> size.toLowerCase(Locale.ROOT))
                            .orElse("10"));
            if (!config.has("mini_batch_size")) {
                notes.comment("mini_batch_size", config.location(), "the default of v1 for files");
            }
        }
        config.number("node_count")
                .ifPresent(nodes -> Processes.resources(converted).put("instance_count", nodes));
        converted.put(
                "max_concurrency_per_instance",
                config.number("process_count_per_node").orElse(1));
        config.text("logging_level").ifPresent(level -> converted.put("logging_level", level));
    }

    private void tolerance(V1Node config, ObjectNode converted) {
        config.number("error_threshold").ifPresent(items -> {
            converted.put("error_threshold", items);
            notes.comment(
                    "error_threshold",
                    config.location("error_threshold"),
                    "failed items of the input; -1 ignores them all");
        });
        config.number("allowed_failed_count").ifPresent(batches -> {
            converted.put("mini_batch_error_threshold", batches);
            notes.comment(
                    "mini_batch_error_threshold",
                    config.location("allowed_failed_count"),
                    "allowed_failed_count in v1: failed mini-batches");
        });
        Optional<Integer> tries = config.number("run_max_try");
        Optional<Integer> timeout = config.number("run_invocation_timeout");
        if (tries.isPresent() || timeout.isPresent()) {
            ObjectNode retries = converted.putObject("retry_settings");
            tries.ifPresent(number -> {
                retries.put("max_retries", Math.max(0, number - 1));
                notes.comment(
                        "retry_settings",
                        config.location("run_max_try"),
                        "run_max_try: " + number + " in v1 counted the first try too");
            });
            timeout.ifPresent(seconds -> retries.put("timeout", seconds));
        }
    }

    private void task(V1Node config, SpecDocument read, ObjectNode converted) {
        ObjectNode task = converted.putObject("task").put("type", "run_function");
        Notes here = notes.at("task");
        Path folder = read.directory();
        List<Path> folders = List.of(folder, document.directory(), paths.files().directory());
        SpecNode.Scalar source = config.scalar("source_directory");
        Optional<Path> code = source == null ? Optional.of(folder) : paths.find(source, folders, notes);
        SpecNode.Scalar script = config.scalar("entry_script");
        code.ifPresent(found -> task.put("code", paths.written(found)));
        if (script != null) {
            task.put("entry_script", script.text());
            code.filter(found -> paths.files().mustExist(found) && Files.isDirectory(found))
                    .filter(found -> !Files.isRegularFile(found.resolve(script.text())))
                    .ifPresent(found -> notes.problem(
                            ErrorCode.FILE_MISSING,
                            script.location(),
                            "'" + script.text() + "' does not exist in the code folder '" + found.getFileName() + "'"));
        }
        String arguments = ports.arguments(step.get("arguments"));
        String percent = config.text("allowed_failed_percent")
                .map(text -> "--allowed_failed_percent " + text)
                .orElse("");
        String all = String.join(" ", List.of(arguments, percent)).strip();
        if (!all.isEmpty()) {
            task.put("program_arguments", all);
        }
        environment(config, folders, here).ifPresent(environment -> task.set("environment", environment));
        variables(config, converted);
        append(config, task, here);
    }

    private Optional<JsonNode> environment(V1Node config, List<Path> folders, Notes here) {
        EnvironmentConversion conversion = new EnvironmentConversion(paths, folders, here);
        SpecNode.Scalar file = config.scalar("environment");
        if (file != null) {
            return paths.find(file, folders, notes).filter(Files::isRegularFile).flatMap(found -> {
                SpecDocument environment = paths.files().read(found, "v1-environment");
                return conversion.convert(V1Node.of(environment, notes.reads()));
            });
        }
        if (config.has("environment_name") && !config.has("environment")) {
            return Optional.of(TextNode.valueOf(
                    "azureml:" + config.text("environment_name").orElse("") + "@latest"));
        }
        if (config.has("environment_dir_path") && !config.has("environment")) {
            SpecNode.Scalar directory = config.scalar("environment_dir_path");
            return directory == null
                    ? Optional.empty()
                    : paths.find(directory, folders, notes)
                            .map(found -> found.resolve("azureml_environment.json"))
                            .filter(Files::isRegularFile)
                            .flatMap(found -> new EnvironmentConversion(paths, List.of(found.resolveSibling("")), here)
                                    .convert(V1Node.of(paths.files().read(found, "v1-environment"), notes.reads())));
        }
        return conversion.convert(config.child("environment"));
    }

    private static void variables(V1Node config, ObjectNode converted) {
        ObjectNode variables = converted.objectNode();
        for (V1Node node : List.of(config.child("environment"), config)) {
            JsonNode own = node.value(node.equals(config) ? "environment_variables" : "environmentVariables");
            if (own instanceof ObjectNode object) {
                variables.setAll(object);
            }
        }
        if (!variables.isEmpty()) {
            converted.set("environment_variables", variables);
        }
    }

    private void append(V1Node config, ObjectNode task, Notes here) {
        if (!config.word("output_action").equals("append_row")) {
            return;
        }
        Map<String, V1Node> outputs = step.child("outputs").children();
        if (outputs.isEmpty()) {
            notes.problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    step.location(),
                    "output_action append_row needs an entry of 'outputs' to append to");
            return;
        }
        task.put(
                "append_row_to",
                "${{outputs." + Ports.name(outputs.keySet().iterator().next()) + "}}");
        config.text("append_row_file_name")
                .filter(name -> !name.equals("parallel_run_step.txt"))
                .ifPresent(name -> {
                    here.comment(
                            "append_row_to",
                            config.location("append_row_file_name"),
                            "append_row_file_name: the file in it is parallel_run_step.txt in v2");
                    notes.leftOut(
                            config.location("append_row_file_name"),
                            "'append_row_file_name' has no equivalent: the rows are in parallel_run_step.txt of the output;"
                                    + " read that in the next step, or make the output a uri_file and use it as the file");
                });
    }
}
