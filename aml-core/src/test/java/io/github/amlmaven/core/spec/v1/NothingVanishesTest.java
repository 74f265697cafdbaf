package io.github.amlmaven.core.spec.v1;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/**
 * Each key of a file of the first API is part of what the file becomes, or is named with its place: as left out, as refused, or
 * as a choice. A key is part of the result when another value there makes another result.
 */
class NothingVanishesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ServiceNames NAMES = new ServiceNames("wine", "azureml:wine@latest", "k8s");
    private static final String EXAMPLES = "/io/github/amlmaven/core/spec/v1/";

    @TempDir
    private Path directory;

    @BeforeEach
    void code() throws IOException {
        write("src/train.py", "print(1)\n");
        write("src/score.py", "def init(): pass\n");
        write("train.py", "print(1)\n");
        write("conda.yml", "dependencies: [pip, {pip: [azureml-defaults]}]\n");
        write("image/Dockerfile", "FROM x\n");
        write("r.yml", "framework: Python\nenvironment: {docker: {baseImage: 'python:3.11'}}\n");
    }

    private void write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
    }

    static List<String> examples() {
        return List.of(
                "pipeline.yml",
                "parallel.yml",
                "parallel-environments.yml",
                "other-steps.yml",
                "job.yml",
                "job-spark.yml",
                "hyperdrive.yml",
                "schedule.yml",
                "schedule-watching.yml",
                "environment.yml",
                "aci.yml",
                "aks.yml",
                "aks-fixed.yml",
                "aks-endpoint.yml",
                "local.yml");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void nothingThatAnExampleSaysVanishes(String example) throws IOException {
        assertThat(vanished(example(example))).isEmpty();
    }

    /** Examples are several files in one text, each after its name in a comment. */
    private Project example(String name) throws IOException {
        Project project = new Project(directory);
        try (InputStream text =
                Objects.requireNonNull(NothingVanishesTest.class.getResourceAsStream(EXAMPLES + name))) {
            String[] parts = new String(text.readAllBytes(), StandardCharsets.UTF_8).split("(?m)^# file: ", -1);
            for (String part : List.of(parts).subList(1, parts.length)) {
                String file = part.substring(0, part.indexOf('\n')).strip();
                write(file, part.substring(part.indexOf('\n') + 1));
                project.documents.put(
                        directory.resolve(file), new SpecReader().readVerbatim(directory.resolve(file), directory));
            }
        }
        return project;
    }

    @Test
    void theExamplesHaveEachKeyThatTheSchemaKnows() throws IOException {
        Set<String> written = new TreeSet<>();
        for (String name : examples()) {
            example(name).documents.values().stream()
                    .flatMap(document -> Alterations.keys(document).stream())
                    .forEach(key -> written.add(
                            String.valueOf(key.steps().get(key.steps().size() - 1))));
        }
        Map<String, Map<String, Map<String, Object>>> schema;
        try (InputStream text = Objects.requireNonNull(
                NothingVanishesTest.class.getResourceAsStream("/io/github/amlmaven/core/spec/schema/v1.yml"))) {
            schema = new Yaml().load(text);
        }
        List<String> known = Objects.requireNonNull(schema.get("types")).values().stream()
                .flatMap(type -> type.keySet().stream())
                .filter(key -> !key.startsWith("$"))
                .map(key -> key.replaceAll("[!?]$", ""))
                .toList();

        assertThat(known).hasSizeGreaterThan(180);
        assertThat(written).containsAll(known);
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, in a pipeline: {3}")
    @CsvSource({
        "Python, None, cpu-cluster, false",
        "Python, OpenMpi, amlcompute, false",
        "PyTorch, Gloo, cpu-cluster, false",
        "TensorFlow, ParameterServer, local, false",
        "PySpark, None, yarn, false",
        "Python, None, cpu-cluster, true",
        "PythonIntelMpi, IntelMpi, amlcompute, true",
        "PyTorch, Gloo, containerinstance, true",
        "PySpark, None, yarn, true"
    })
    void nothingThatTheRunConfigurationsSchemaDescribesVanishes(
            String framework, String communicator, String target, boolean step) throws IOException {
        JsonNode schema = JSON.readTree(Path.of(System.getProperty("aml.shared.dir"))
                .resolve("specs/Microsoft.MachineLearningServices/v1/runconfigschema.json")
                .toFile());
        ObjectNode run = (ObjectNode) sample(schema, schema, "");
        run.put("script", "train.py").put("framework", framework).put("communicator", communicator);
        run.put("target", target).put("nodeCount", 3);
        run.withObject("/environment/docker").remove("baseDockerfile");
        run.withObject("/environment/python").remove("condaDependenciesFile");
        write("run.json", JSON.writeValueAsString(run));
        Project project = new Project(directory);
        SpecDocument document = new SpecReader().readVerbatim(directory.resolve("run.json"), directory);
        assertThat(Alterations.keys(document)).hasSizeGreaterThan(60);
        project.documents.put(document.file(), document);
        if (step) {
            write("pipeline.yml", """
                    pipeline:
                      steps:
                        S: {type: PythonScriptStep, script_name: train.py, source_directory: src, runconfig: run.json}
                    """);
            project.documents.put(
                    directory.resolve("pipeline.yml"),
                    new SpecReader().readVerbatim(directory.resolve("pipeline.yml"), directory));
        }

        assertThat(vanished(project)).isEmpty();
    }

    /** A value that a JSON schema allows. */
    private static JsonNode sample(JsonNode schema, JsonNode type, String name) {
        if (type.has("$ref")) {
            return sample(schema, schema.at(type.path("$ref").asText().substring(1)), name);
        }
        if (type.has("oneOf")) {
            return sample(schema, type.path("oneOf").get(type.path("oneOf").size() - 1), name);
        }
        if (type.has("enum")) {
            return type.path("enum").get(type.path("enum").size() - 1);
        }
        String kind = Stream.of("object", "array", "integer", "number", "boolean")
                .filter(word -> type.path("type").toString().contains("\"" + word + "\""))
                .findFirst()
                .orElse("string");
        return switch (kind) {
            case "object" -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                type.path("properties")
                        .properties()
                        .forEach(property ->
                                object.set(property.getKey(), sample(schema, property.getValue(), property.getKey())));
                if (type.path("additionalProperties").isObject()) {
                    object.set("some", sample(schema, type.path("additionalProperties"), "some"));
                }
                yield object.isEmpty() ? object.put("any", "thing") : object;
            }
            case "array" -> JsonNodeFactory.instance.arrayNode().add(sample(schema, type.path("items"), name));
            case "integer", "number" -> JsonNodeFactory.instance.numberNode(6);
            case "boolean" -> JsonNodeFactory.instance.booleanNode(name.equals("credentialPassthrough"));
            default -> TextNode.valueOf("some-" + name.toLowerCase(Locale.ROOT));
        };
    }

    @Test
    void aMistypedKeyIsNamedWithItsNeighbour() throws IOException {
        write("run.yml", "script: train.py\nnodeCont: 2\nenvironment: {name: e}\n");
        Project project = new Project(directory);

        Converted job = JobConversion.of(project.read(directory.resolve("run.yml"), ""), project, directory);

        assertThat(job.warnings())
                .singleElement()
                .satisfies(warning -> assertThat(warning.toString())
                        .isEqualTo(
                                "AML-2111  run.yml:2:1  'nodeCont' is left out: v2 has nothing of this name. Did you mean"
                                        + " 'nodeCount'?"));
    }

    @Test
    void whatTheFirstApiWroteWithoutBeingAskedIsOneSentence() throws IOException {
        write("run.yml", """
                script: train.py
                history: {outputCollection: true, snapshotProject: true, directoriesToWatch: [logs]}
                hdi: {yarnDeployMode: cluster}
                environment: {name: e, docker: {enabled: true, arguments: [], baseImage: null}}
                """);
        Project project = new Project(directory);

        Converted job = JobConversion.of(project.read(directory.resolve("run.yml"), ""), project, directory);

        assertThat(job.warnings()).isEmpty();
        assertThat(job.comments().choices())
                .filteredOn(choice -> choice.pointer().isEmpty())
                .singleElement()
                .satisfies(choice -> assertThat(choice.comment())
                        .contains("v1's own values", "history (2:1), hdi (3:1), environment.docker.enabled (4:33)"));
    }

    private List<String> vanished(Project project) {
        Told before = project.convert();
        List<String> vanished = new ArrayList<>();
        project.documents.forEach((file, document) -> {
            for (Alterations.Key key : Alterations.keys(document)) {
                boolean told = before.names(key)
                        || Alterations.of(document, key)
                                .anyMatch(altered ->
                                        !project.with(altered).convert().equals(before));
                if (!told) {
                    vanished.add(file.getFileName() + ": " + key.path());
                }
            }
        });
        return vanished;
    }

    /** All that a conversion made and said. */
    private record Told(List<String> results, Set<Location> places, Set<Location> choices, Set<String> words) {

        boolean names(Alterations.Key key) {
            return choices.contains(key.value().location())
                    || key.places().stream().anyMatch(places::contains)
                    || key.places().stream()
                            .anyMatch(place -> words.contains("(" + place.line() + ":" + place.column() + ")"));
        }
    }

    /** Files of the first API, each read once. */
    private record Project(Path directory, Map<Path, SpecDocument> documents) implements V1Files {

        Project(Path directory) {
            this(directory, new LinkedHashMap<>());
        }

        Project with(SpecDocument altered) {
            Project other = new Project(directory, new LinkedHashMap<>(documents));
            other.documents.put(altered.file(), altered);
            return other;
        }

        private Optional<SpecDocument> document(String name) {
            return Optional.ofNullable(documents.get(directory.resolve(name)));
        }

        Told convert() {
            List<Converted> all = new ArrayList<>();
            Function<SpecDocument, Converted> job = run -> JobConversion.of(run, this, directory);
            if (document("pipeline.yml").isPresent()) {
                document("pipeline.yml")
                        .map(file -> PipelineConversion.of(file, this, directory))
                        .ifPresent(all::add);
            } else {
                document("run.json").or(() -> document("run.yml")).map(job).ifPresent(all::add);
            }
            document("hyperdrive.yml").ifPresent(file -> all.add(SweepConversion.of(file, all.remove(0))));
            document("schedule.yml")
                    .map(file -> ScheduleConversion.of(file, "nightly", Optional.of("./pipeline.yml")))
                    .ifPresent(all::add);
            document("environment.yml")
                    .map(file -> RegisteredEnvironment.of(file, this, directory, "e"))
                    .ifPresent(all::add);
            document("deployment.yml").ifPresent(file -> {
                ServiceConversion.Service service =
                        ServiceConversion.of(file, document("inference.yml").orElseThrow(), NAMES, this, directory);
                all.add(service.endpoint());
                all.add(service.deployment());
            });
            Set<Location> places = new HashSet<>();
            Set<Location> choices = new HashSet<>();
            Set<String> words = new TreeSet<>();
            List<String> results = new ArrayList<>();
            for (Converted one : all) {
                results.add(one.content() + "\n" + one.comments().choices() + one.problems() + one.warnings());
                one.problems().forEach(problem -> places.add(problem.location()));
                one.warnings().forEach(warning -> places.add(warning.location()));
                one.comments().choices().forEach(choice -> choices.add(choice.where()));
                one.comments().choices().stream()
                        .filter(choice -> choice.pointer().isEmpty())
                        .forEach(choice -> words.addAll(List.of(choice.comment().split("[ ,]+", -1))));
            }
            return new Told(results, places, choices, words);
        }

        @Override
        public SpecDocument read(Path file, String kind) {
            SpecDocument known = documents.get(file);
            return known == null ? new SpecReader().readVerbatim(file, directory) : known;
        }

        @Override
        public boolean mustExist(Path path) {
            return true;
        }
    }
}
