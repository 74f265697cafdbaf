package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A run configuration that a script was submitted with ({@code az ml run submit-script -c}) as a command job. */
public final class JobConversion {

    private static final Pattern INPUT =
            Pattern.compile("\\$\\{?AZUREML_DATAREFERENCE_(\\w+)}?|DatasetConsumptionConfig:(\\w+)");
    private static final Pattern OUTPUT = Pattern.compile("DatasetOutputConfig:(\\w+)");

    private final V1Node run;
    private final Path folder;
    private final V1Paths paths;
    private final Notes notes = new Notes();

    private JobConversion(SpecDocument document, V1Files files, Path base) {
        this.run = V1Node.of(document, notes.reads());
        this.folder = document.directory();
        this.paths = new V1Paths(files, base);
    }

    /**
     * Converts a run configuration; one that names no script becomes nothing.
     *
     * @param base the folder that paths of the result start from
     */
    public static Converted of(SpecDocument document, V1Files files, Path base) {
        return new JobConversion(document, files, base).convert();
    }

    private Converted convert() {
        ObjectNode job = JsonNodeFactory.instance.objectNode();
        SpecNode.Scalar script = run.scalar("script");
        if (run.text("script").isEmpty() && !run.has("command")) {
            notes.leftOut(
                    run.location(),
                    "the run configuration names no 'script', which v1 then took from the command line; set it, or let a"
                            + " step of a pipeline name this file");
            return notes.part(job);
        }
        Path code = code(script);
        RunSettings settings = new RunSettings(
                run, paths, RunSettings.folders(code, folder, paths.files().directory()), code, notes);
        job.put("type", settings.isSpark() ? "spark" : "command");
        run.text("jobName").ifPresent(name -> job.put("display_name", name));
        if (!settings.isSpark()) {
            job.put("command", "");
        }
        job.put("code", paths.written(code));
        notes.comment("code", run.location("script"), "the folder that v1 was started in; .amlignore keeps files out");
        data(job);
        String arguments = arguments(settings.arguments());
        if (settings.isSpark()) {
            job.path("inputs").forEach(input -> ((ObjectNode) input).put("mode", "direct"));
            job.path("outputs").forEach(output -> ((ObjectNode) output).put("mode", "direct"));
            settings.applySpark(job, script == null ? "" : script.text(), arguments);
            settings.variables(job);
            return notes.result(job);
        }
        settings.environment().ifPresent(environment -> job.set("environment", environment));
        String prefix = settings.apply(job);
        String line = script == null ? commandLine() : settings.interpreter() + " " + Ports.shell(script.text());
        job.put("command", prefix + line + (arguments.isEmpty() ? "" : " " + arguments));
        return notes.result(job);
    }

    private Path code(SpecNode.@Nullable Scalar script) {
        List<Path> folders =
                new ArrayList<>(RunSettings.folders(null, folder, paths.files().directory()));
        folders.remove(folder);
        folders.add(folder);
        if (script == null || script.text().isBlank()) {
            return folders.get(0);
        }
        return paths.find(script, folders, notes)
                .map(found -> {
                    Path root = found;
                    for (int names = Path.of(script.text().replace('\\', '/'))
                                    .normalize()
                                    .getNameCount();
                            names > 0 && root.getParent() != null;
                            names--) {
                        root = root.getParent();
                    }
                    return root;
                })
                .filter(Files::isDirectory)
                .orElse(folders.get(0));
    }

    private String commandLine() {
        SpecNode command = run.get("command");
        if (command instanceof SpecNode.Scalar text) {
            return text.text();
        }
        List<String> words = new ArrayList<>();
        if (command instanceof SpecNode.Sequence list) {
            list.items().forEach(item -> words.add(PythonScalar.text(PythonScalar.tree(item))));
        }
        return String.join(" ", words);
    }

    private void data(ObjectNode job) {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode();
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        run.child("dataReferences").children().forEach((name, reference) -> {
            String path = reference.text("pathOnDataStore").orElse("").replaceFirst("^/", "");
            String uri = "azureml://datastores/"
                    + reference.text("dataStoreName").orElse("workspaceblobstore") + "/paths/" + path;
            if (reference.word("mode").equals("upload")) {
                outputs.putObject(Ports.name(name))
                        .put("type", "uri_folder")
                        .put("mode", "upload")
                        .put("path", uri);
            } else {
                input(inputs, name, uri, path, reference.word("mode"));
            }
        });
        run.child("data").children().forEach((name, data) -> {
            V1Node dataset = data.child("dataLocation").child("dataset");
            V1Node path = data.child("dataLocation").child("dataPath");
            String relative = path.text("relativePath").orElse("");
            String named = dataset.text("name")
                    .map(text -> "azureml:" + text
                            + dataset.text("version")
                                    .map(version -> ":" + version)
                                    .orElse("@latest"))
                    .orElse("");
            if (named.isEmpty() && path.isEmpty()) {
                notes.leftOut(
                        data.location(),
                        "'" + name
                                + "' names its dataset by id only; register the data as an asset and add it to the job's"
                                + " inputs as azureml:<name>:<version>");
                return;
            }
            String uri = named.isEmpty()
                    ? "azureml://datastores/" + path.text("datastoreName").orElse("workspaceblobstore") + "/paths/"
                            + relative.replaceFirst("^/", "")
                    : named;
            input(inputs, name, uri, named.isEmpty() ? relative : "", data.word("mechanism"));
        });
        run.child("outputData").children().forEach((name, data) -> {
            V1Node path = data.child("outputLocation").child("dataPath");
            ObjectNode output = outputs.putObject(Ports.name(name)).put("type", "uri_folder");
            String mode = Map.of("mount", "rw_mount", "upload", "upload").getOrDefault(data.word("mechanism"), "");
            if (!mode.isEmpty()) {
                output.put("mode", mode);
            }
            path.text("datastoreName")
                    .ifPresent(store -> output.put(
                            "path",
                            "azureml://datastores/" + store + "/paths/"
                                    + path.text("relativePath").orElse("")));
        });
        if (!inputs.isEmpty()) {
            job.set("inputs", inputs);
        }
        if (!outputs.isEmpty()) {
            job.set("outputs", outputs);
        }
    }

    private static void input(ObjectNode inputs, String name, String uri, String path, String mode) {
        ObjectNode input = inputs.putObject(Ports.name(name))
                .put("type", path.matches(".*\\.[A-Za-z0-9]{1,7}$") ? "uri_file" : "uri_folder")
                .put("path", uri);
        String v2 = Map.of("mount", "ro_mount", "download", "download", "direct", "direct")
                .getOrDefault(mode, "");
        if (!v2.isEmpty()) {
            input.put("mode", v2);
        }
    }

    private static String arguments(List<JsonNode> arguments) {
        List<String> words = new ArrayList<>();
        arguments.forEach(argument -> words.add(argument(PythonScalar.text(argument))));
        return String.join(" ", words);
    }

    private static String argument(String text) {
        Matcher input = INPUT.matcher(text);
        if (input.matches()) {
            String name = Optional.ofNullable(input.group(1)).orElseGet(() -> input.group(2));
            return "${{inputs." + name + "}}";
        }
        Matcher output = OUTPUT.matcher(text);
        return output.matches() ? "${{outputs." + output.group(1) + "}}" : Ports.shell(text);
    }
}
