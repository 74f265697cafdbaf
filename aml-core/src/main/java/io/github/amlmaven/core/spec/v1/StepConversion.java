package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Suggestion;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One step of a pipeline of the first API as a step of the second. */
final class StepConversion {

    private static final Map<String, String> INSTEAD = Map.of(
            "databricksstep",
            "a step of type 'spark' on serverless Spark, or a Databricks job that a step of type 'command' starts",
            "azurebatchstep",
            "a step of type 'command' on an AmlCompute cluster",
            "adlastep",
            "a step of type 'spark'; Azure Data Lake Analytics is retired",
            "modulestep",
            "the module as a component, registered or from a file: component: azureml:<name>:<version>",
            "automlstep",
            "a step of type 'automl'",
            "hyperdrivestep",
            "a step of type 'sweep' with the script's step as its trial; aml:convert makes a sweep job of a"
                    + " HyperDrive configuration file",
            "estimatorstep",
            "a PythonScriptStep with a runconfig, which becomes a step of type 'command'",
            "synapsesparkstep",
            "a step of type 'spark'",
            "kustostep",
            "a step of type 'command' with azure-kusto-data",
            "rscriptstep",
            "a step of type 'command' with the command 'Rscript <script>'");

    private final String name;
    private final V1Node step;
    private final SpecDocument document;
    private final V1Paths paths;
    private final Notes notes;
    private final Ports ports;

    StepConversion(String name, V1Node step, SpecDocument document, V1Paths paths, Wiring wiring, Notes notes) {
        this.name = name;
        this.step = step;
        this.document = document;
        this.paths = paths;
        this.notes = notes;
        this.ports = new Ports(name, step, wiring, notes);
    }

    /** The step; incomplete after a problem. */
    ObjectNode convert() {
        ObjectNode converted = JsonNodeFactory.instance.objectNode();
        String type = step.text("type").orElse("");
        switch (type.toLowerCase(Locale.ROOT)) {
            case "pythonscriptstep", "commandstep", "mpistep" -> script(converted);
            case "parallelrunstep" -> new ParallelConversion(step, document, paths, ports, notes).apply(converted);
            case "datatransferstep" -> new TransferConversion(step, document, ports, notes).apply(converted);
            case "estimatorstep" -> estimator(converted, type);
            default -> unsupported(type);
        }
        boolean component = converted.has("command") || converted.has("task");
        if (component && !converted.has("data_copy_mode") && step.has("allow_reuse") && !step.isTrue("allow_reuse")) {
            AlwaysRun.apply(converted, ports.declaredInputs(), step.location("allow_reuse"), notes);
        }
        return converted;
    }

    private void estimator(ObjectNode converted, String type) {
        if (step.has("script_name") && step.has("runconfig")) {
            script(converted);
        } else {
            unsupported(type);
        }
    }

    /** A type that v1 had not is refused by the schema. */
    private void unsupported(String type) {
        String instead = INSTEAD.get(type.toLowerCase(Locale.ROOT));
        notes.reads().whole(step.mapping());
        if (instead != null) {
            notes.problem(
                    ErrorCode.SPEC_UNSUPPORTED,
                    step.location("type"),
                    "step '" + name + "': " + type + " has no equivalent here; use " + instead);
        }
    }

    private void script(ObjectNode converted) {
        RunFile run = runConfiguration();
        Optional<Path> code = code(run);
        RunSettings settings = new RunSettings(
                run.content(),
                paths,
                RunSettings.folders(
                        code.orElse(null), run.folder(), paths.files().directory()),
                code.orElse(null),
                notes);
        SpecNode.Scalar script = step.scalar("script_name");
        script(script, code);
        if (settings.isSpark() && script != null) {
            spark(converted, settings, script.text(), code);
            return;
        }
        converted.put("type", "command");
        step.text("name").ifPresent(text -> converted.put("display_name", text));
        converted.put("command", "");
        code.ifPresent(folder -> converted.put("code", paths.written(folder)));
        settings.environment().ifPresent(environment -> converted.set("environment", environment));
        step.text("compute").ifPresent(compute -> converted.put("compute", RunSettings.compute(compute)));
        ports(converted);
        String prefix = step.word("type").equals("mpistep")
                ? settings.apply(converted, Processes.ofMpiStep(step, run.content(), settings.code(), notes))
                : settings.apply(converted);
        String line = script == null ? commandLine() : settings.interpreter() + " " + Ports.shell(script.text());
        String arguments = ports.arguments(step.get("arguments"));
        converted.put(
                "command", exports(settings.code()) + prefix + line + (arguments.isEmpty() ? "" : " " + arguments));
    }

    private void ports(ObjectNode converted) {
        ObjectNode inputs = ports.inputs();
        if (!inputs.isEmpty()) {
            converted.set("inputs", inputs);
        }
        ObjectNode outputs = ports.outputs();
        if (!outputs.isEmpty()) {
            converted.set("outputs", outputs);
        }
    }

    private String exports(ScriptFolder code) {
        List<String> variables = ports.variables(code);
        if (variables.isEmpty()) {
            return "";
        }
        notes.comment(
                "command",
                step.location(),
                "v1 gave the script what no argument names as environment variables; the command does it here");
        return "export " + String.join(" ", variables) + " && ";
    }

    /** The command of a CommandStep, as text or as a list of words. */
    private String commandLine() {
        SpecNode command = step.get("command");
        if (command instanceof SpecNode.Sequence) {
            return ports.arguments(command);
        }
        return command instanceof SpecNode.Scalar text ? PythonScalar.text(PythonScalar.value(text)) : "";
    }

    private void spark(ObjectNode converted, RunSettings settings, String script, Optional<Path> code) {
        converted.put("type", "spark");
        step.text("name").ifPresent(text -> converted.put("display_name", text));
        code.ifPresent(folder -> converted.put("code", paths.written(folder)));
        ports(converted);
        converted.path("inputs").properties().forEach(input -> {
            if (input.getValue() instanceof ObjectNode data) {
                data.put("mode", "direct");
            } else if (ports.isData(input.getKey())) {
                ObjectNode data = JsonNodeFactory.instance.objectNode();
                data.put("type", ports.type(input.getKey()));
                data.put("mode", "direct").set("path", input.getValue());
                converted.withObject("/inputs").set(input.getKey(), data);
            }
        });
        converted.path("outputs").forEach(output -> ((ObjectNode) output).put("mode", "direct"));
        settings.applySpark(converted, script, ports.arguments(step.get("arguments")));
        settings.variables(converted);
    }

    /** What a step's {@code runconfig} holds, and the folder that it is in. */
    record RunFile(V1Node content, Path folder) {}

    private RunFile runConfiguration() {
        SpecNode.Scalar file = step.scalar("runconfig");
        if (file != null) {
            Optional<Path> found =
                    paths.find(file, List.of(document.directory(), paths.files().directory()), notes);
            if (found.isPresent() && Files.isRegularFile(found.get())) {
                SpecDocument read = paths.files().read(found.get(), "v1-run-configuration");
                return new RunFile(V1Node.of(read, notes.reads()), read.directory());
            }
            return new RunFile(V1Node.of(null, file.location(), notes.reads()), document.directory());
        }
        return new RunFile(step.child("runconfig"), document.directory());
    }

    /** The folder of code: that of the step, else the one that the script is in, as v1 took the current one. */
    private Optional<Path> code(RunFile run) {
        SpecNode.Scalar declared = step.scalar("source_directory");
        List<Path> folders = List.of(document.directory(), paths.files().directory(), run.folder());
        if (declared != null) {
            return paths.find(declared, folders, notes);
        }
        String script = step.text("script_name").orElse("");
        notes.comment("code", step.location("script_name"), "without source_directory, v1 took the current folder");
        return folders.stream()
                .filter(folder -> Files.isRegularFile(folder.resolve(script)))
                .findFirst()
                .or(() -> Optional.of(document.directory()));
    }

    private void script(SpecNode.@Nullable Scalar script, Optional<Path> code) {
        if (script == null) {
            return;
        }
        code.filter(folder -> paths.files().mustExist(folder) && Files.isDirectory(folder))
                .filter(folder -> !Files.isRegularFile(folder.resolve(script.text())))
                .ifPresent(folder -> notes.problem(
                        ErrorCode.FILE_MISSING,
                        script.location(),
                        "'" + script.text() + "' does not exist in the code folder '" + folder.getFileName() + "'"
                                + similar(script.text(), folder)));
    }

    private static String similar(String script, Path folder) {
        List<String> names = new ArrayList<>();
        try (var files = Files.list(folder)) {
            files.forEach(file -> names.add(String.valueOf(file.getFileName())));
        } catch (IOException e) {
            return " (" + folder + " cannot be listed: " + e.getMessage() + ")";
        }
        return Suggestion.sentence(script, names);
    }
}
