package io.github.amlmaven.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.graph.PipelineDrawing.Drawing;
import io.github.amlmaven.core.job.JobStanding;
import io.github.amlmaven.core.progress.StepState;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PipelineDrawingTest {

    @TempDir
    private Path project;

    @BeforeEach
    void files() throws Exception {
        for (String name : List.of("wine.yml", "prep.yml")) {
            try (var from = PipelineDrawingTest.class.getResourceAsStream("/graph/" + name)) {
                Files.copy(from, project.resolve(name));
            }
        }
    }

    private Drawing draw(String file, StepState... states) {
        Optional<JobStanding> standing =
                states.length == 0 ? Optional.empty() : Optional.of(new JobStanding("job", "Failed", List.of(states)));
        return new PipelineDrawing(new SpecReader())
                .draw(new PipelineDrawing.Request(project.resolve(file), project, standing));
    }

    private static Document xml(Drawing drawing) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(drawing.svg().getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document svg, String element) {
        List<String> texts = new ArrayList<>();
        NodeList found = svg.getElementsByTagName(element);
        for (int index = 0; index < found.getLength(); index++) {
            texts.add(found.item(index).getTextContent());
        }
        return texts;
    }

    private static StepState state(String path, String state) {
        return new StepState(path, path, path.contains("/") ? 1 : 0, state, false, Duration.ofSeconds(61), "c");
    }

    @Test
    void stepsDataOutputsAndParametersAreThere() throws Exception {
        Drawing drawing = draw("wine.yml");

        assertThat(texts(xml(drawing), "text"))
                .contains(
                        "Wine <quality> & \"price\"",
                        "Parameters",
                        "learning_rate = 0.01  \u00b7  epochs = 12",
                        "wine",
                        "prepare",
                        "clean",
                        "Train the model",
                        "command on gpu-cluster \u00d7 2",
                        "epochs \u2190 epochs",
                        "seed = 42",
                        "model \u2192 candidate",
                        "output");
    }

    /** What the pipeline in the pipeline is given and gives goes straight to the steps in it. */
    @Test
    void bindingsAreFollowedIntoAPipelineOfThePipeline() {
        Map<String, List<String>> takes = new LinkedHashMap<>();
        draw("wine.yml").steps().forEach(step -> takes.put(step.name(), step.takes()));

        assertThat(takes)
                .containsEntry("prepare/clean", List.of("raw from wine"))
                .containsEntry("prepare/split", List.of("fraction = 0.25", "cleaned \u2192 all from clean"))
                .containsEntry("evaluate", List.of("model \u2192 candidate from Train the model", "test from split"));
    }

    @Test
    void whoDoesNotSeeThePictureIsToldOfIt() throws Exception {
        Element svg = xml(draw("wine.yml")).getDocumentElement();

        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("graph-title graph-description");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Wine <quality> & \"price\"");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                .startsWith("5 steps.")
                .contains("Step evaluate, command on cpu-cluster. Takes data from Train the model, prepare/split."
                        + " Writes model.");
    }

    @Test
    void statesAreColouredAndSaid() throws Exception {
        Drawing drawing = draw(
                "wine.yml",
                state("prepare", "Completed"),
                state("prepare/clean", "Completed"),
                state("prepare/split", "Completed"),
                state("Train the model", "Failed"),
                state("evaluate", "NotStarted"));

        assertThat(drawing.coloured()).isTrue();
        assertThat(drawing.svg()).contains(StateColour.of(failed()).stroke());
        assertThat(texts(xml(drawing), "text")).contains("Failed, 1:01", "pipeline: Completed, 1:01");
        assertThat(drawing.steps())
                .filteredOn(step -> step.name().equals("deploy"))
                .singleElement()
                .extracting(PipelineDrawing.Step::state)
                .isEqualTo("");
    }

    private static PipelineGraph.Node failed() {
        return new PipelineGraph.Node(
                "x", "x", null, PipelineGraph.Kind.STEP, "x", "", List.of(), state("x", "Failed"));
    }

    @Test
    void statesOfAnotherPipelineColourNothing() {
        assertThat(draw("wine.yml", state("prepare", "Completed"), state("fetch", "Failed"))
                        .coloured())
                .isFalse();
    }

    @Test
    void thePictureIsTheSameEachTimeAndLoadsNothing() {
        String svg = draw("wine.yml").svg();

        assertThat(draw("wine.yml").svg()).isEqualTo(svg);
        assertThat(svg).doesNotContain("@import", "href=", "<script", "@font-face");
    }

    /** Text on each ground at least 7:1 (WCAG AAA), borders at least 3:1. */
    @Test
    void textAndBordersHaveContrast() {
        List<PipelineGraph.Node> nodes = new ArrayList<>();
        for (PipelineGraph.Kind kind : PipelineGraph.Kind.values()) {
            nodes.add(new PipelineGraph.Node("n", "n", null, kind, "n", "", List.of(), null));
        }
        for (String word : List.of("Completed", "Failed", "Canceled", "Running", "NotStarted")) {
            nodes.add(failed().standing(state("x", word)));
        }
        assertThat(nodes).allSatisfy(node -> {
            StateColour colour = StateColour.of(node);
            assertThat(contrast("#3d444d", colour.fill())).isGreaterThan(7);
            assertThat(contrast(colour.stroke(), colour.fill())).isGreaterThan(3);
            assertThat(contrast(colour.stroke(), "#ffffff")).isGreaterThan(3);
        });
    }

    private static double contrast(String one, String other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int index = 0; index < 3; index++) {
            double part = Integer.parseInt(colour.substring(1 + 2 * index, 3 + 2 * index), 16) / 255.0;
            sum += weights[index] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    @Test
    void sixtyStepsDoNotOverlap() throws Exception {
        StringBuilder yaml = new StringBuilder("type: pipeline\njobs:\n");
        for (int step = 0; step < 60; step++) {
            yaml.append("  s%d:\n    type: command\n    command: echo\n    environment: azureml:e:1\n".formatted(step));
            yaml.append("    outputs:\n      data: {type: uri_folder}\n");
            if (step > 2) {
                yaml.append("    inputs:\n      a: ${{parent.jobs.s%d.outputs.data}}\n".formatted(step - 3));
                yaml.append("      b: ${{parent.jobs.s%d.outputs.data}}\n".formatted(step / 2));
            }
        }
        Files.writeString(project.resolve("sixty.yml"), yaml);

        Drawing drawing = draw("sixty.yml");

        List<double[]> boxes = new ArrayList<>();
        NodeList found = xml(drawing).getElementsByTagName("rect");
        for (int index = 1; index < found.getLength(); index++) {
            Element box = (Element) found.item(index);
            boxes.add(new double[] {
                Double.parseDouble(box.getAttribute("x")),
                Double.parseDouble(box.getAttribute("y")),
                Double.parseDouble(box.getAttribute("width")),
                Double.parseDouble(box.getAttribute("height"))
            });
        }
        assertThat(boxes).hasSize(60);
        for (double[] one : boxes) {
            assertThat(boxes)
                    .filteredOn(other -> other != one
                            && one[0] < other[0] + other[2]
                            && other[0] < one[0] + one[2]
                            && one[1] < other[1] + other[3]
                            && other[1] < one[1] + one[3])
                    .isEmpty();
        }
    }

    @Test
    void aPipelineOfTheFirstApiIsDrawnAsWhatItBecomes() throws Exception {
        Files.createDirectories(project.resolve("src"));
        Files.writeString(project.resolve("src/prep.py"), "");
        Files.writeString(project.resolve("step.runconfig"), """
                framework: Python
                target: cpu-cluster
                environment:
                  name: e
                  version: '1'
                  docker:
                    baseImage: python:3.11-slim
                """);
        Files.writeString(project.resolve("v1.yml"), """
                pipeline:
                  name: Shouting
                  parameters:
                    word: {type: string, default: hello}
                  default_compute: cpu-cluster
                  steps:
                    Prepare:
                      type: PythonScriptStep
                      script_name: prep.py
                      source_directory: src
                      runconfig: step.runconfig
                      parameters:
                        word: {source: word}
                      outputs:
                        out: {destination: prepared, datastore: workspaceblobstore, bind_mode: mount}
                      arguments: ["--word", "parameter:word", "--out", "output:out"]
                    Say:
                      type: PythonScriptStep
                      script_name: prep.py
                      source_directory: src
                      runconfig: step.runconfig
                      inputs:
                        in: {source: prepared, bind_mode: mount}
                      arguments: ["input:in"]
                """);

        Drawing drawing = draw("v1.yml");

        assertThat(drawing.title()).isEqualTo("Shouting");
        assertThat(drawing.edges()).isEqualTo(1);
        assertThat(texts(xml(drawing), "text")).contains("prepare", "say", "word = hello", "out \u2192 in");
    }

    @Test
    void aJobOfOneStepTakesTheStateOfTheJob() throws Exception {
        Files.writeString(project.resolve("train.yml"), """
                type: command
                command: echo
                environment: azureml:e:1
                compute: azureml:gpu
                inputs:
                  rate: 0.5
                """);

        Drawing drawing = new PipelineDrawing(new SpecReader())
                .draw(new PipelineDrawing.Request(
                        project.resolve("train.yml"),
                        project,
                        Optional.of(new JobStanding("job", "Canceled", List.of()))));

        assertThat(drawing.coloured()).isTrue();
        assertThat(texts(xml(drawing), "text")).contains("train", "command on gpu", "rate = 0.5", "Canceled");
    }

    @Test
    void aFileWithMistakesIsNotDrawn() throws Exception {
        Files.writeString(project.resolve("bad.yml"), """
                type: pipeline
                jobs:
                  one:
                    type: command
                    command: echo
                    environment: azureml:e:1
                    inputs:
                      a: ${{parent.jobs.two.outputs.x}}
                """);

        assertThatThrownBy(() -> draw("bad.yml"))
                .isInstanceOfSatisfying(
                        AmlException.class, error -> assertThat(error.code()).isEqualTo(ErrorCode.SPEC_BAD_BINDING));
    }

    @Test
    void onlyPipelinesOfAFolderAreFound() throws Exception {
        Files.writeString(project.resolve("model.yml"), "name: m\npath: model.pkl\ntype: custom_model\n");

        assertThat(new PipelineDrawing(new SpecReader()).pipelines(project, project))
                .containsExactly(project.resolve("prep.yml"), project.resolve("wine.yml"));
    }

    @Test
    void whatAFollowedJobLeftIsReadAgain() throws Exception {
        Files.writeString(project.resolve("steps.json"), """
                {"job":"j1","status":"Failed","steps":[{"path":"a/b","name":"b","depth":1,"status":"Failed",
                "reused":false,"seconds":1.5,"compute":"c"}]}""");

        assertThat(JobStanding.in(project))
                .contains(new JobStanding(
                        "j1",
                        "Failed",
                        List.of(new StepState("a/b", "b", 1, "Failed", false, Duration.ofMillis(1500), "c"))));
        assertThat(JobStanding.in(project.resolve("none"))).isEmpty();
    }
}
