package io.github.amlmaven.core.graph;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.job.JobStanding;
import io.github.amlmaven.core.progress.StepState;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.PipelineComponentSpec;
import io.github.amlmaven.core.spec.PipelineJobSpec;
import io.github.amlmaven.core.spec.SpecCheck;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Draws the pipeline that a file describes, v2 or of the first API, as SVG. */
public final class PipelineDrawing {

    private static final List<String> PIPELINES = List.of("pipeline-job", "pipeline-component", "v1-pipeline");

    private final SpecReader reader;

    public PipelineDrawing(SpecReader reader) {
        this.reader = reader;
    }

    /**
     * What to draw.
     *
     * @param file a pipeline job, a pipeline component, a pipeline of the first API, or a job of one step
     * @param projectDirectory what paths must not leave
     * @param standing a job of it, whose states colour the steps
     */
    public record Request(Path file, Path projectDirectory, Optional<JobStanding> standing) {}

    /**
     * A drawing.
     *
     * @param title the pipeline's name for people
     * @param svg the picture, a document of its own
     * @param steps a sentence each, for a table beside the picture
     * @param edges how many lines of data it has
     * @param coloured whether the states were those of this pipeline
     */
    public record Drawing(String title, String svg, List<Step> steps, int edges, boolean coloured) {}

    /**
     * A step in words.
     *
     * @param state empty when it is not known
     */
    public record Step(String name, String runs, List<String> takes, String state) {}

    /** Draws it; nothing is written. */
    public Drawing draw(Request request) {
        PipelineGraph plain = graph(request.file(), request.projectDirectory());
        PipelineGraph graph = plain.standing(
                request.standing().map(standing -> states(plain, standing)).orElse(Map.of()));
        boolean coloured = graph.nodes().stream().anyMatch(node -> node.state() != null);
        List<Step> steps = new ArrayList<>();
        graph.steps().stream()
                .filter(node -> node.kind() == PipelineGraph.Kind.STEP)
                .forEach(node -> steps.add(step(graph, node)));
        return new Drawing(
                graph.title(),
                GraphSvg.of(GraphLayout.of(graph)),
                List.copyOf(steps),
                graph.edges().size(),
                coloured);
    }

    /** The same, into a file. */
    public Drawing write(Request request, Path target) {
        Drawing drawing = draw(request);
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            Files.writeString(target, drawing.svg());
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot write " + target + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
        return drawing;
    }

    /** The pipelines of a folder and its sub-folders, in the order of their names; files with mistakes are none. */
    public List<Path> pipelines(Path folder, Path projectDirectory) {
        List<Path> found = new ArrayList<>();
        SpecCheck check = new SpecCheck(reader).withoutFileChecks();
        for (Path file : SpecCheck.yamlFiles(folder)) {
            if (check.check(List.of(file), projectDirectory).isEmpty()
                    && PIPELINES.contains(SpecLoader.ofRequests(reader, projectDirectory, Schemas.load())
                            .any(file)
                            .kind()
                            .name())) {
                found.add(file);
            }
        }
        return found;
    }

    private static Map<String, StepState> states(PipelineGraph graph, JobStanding standing) {
        Map<String, StepState> states = new LinkedHashMap<>();
        standing.steps().forEach(step -> states.put(step.path(), step));
        if (states.isEmpty() && graph.steps().size() == 1) {
            String only = graph.steps().get(0).id();
            states.put(only, new StepState(only, only, 0, standing.status(), false, java.time.Duration.ZERO, ""));
        }
        return states;
    }

    private static Step step(PipelineGraph graph, PipelineGraph.Node node) {
        List<String> takes = new ArrayList<>(node.details());
        graph.edges().stream()
                .filter(edge -> edge.to().equals(node.id()))
                .forEach(edge -> takes.add(String.join(", ", edge.labels()) + " from "
                        + graph.nodes().stream()
                                .filter(other -> other.id().equals(edge.from()))
                                .map(PipelineGraph.Node::label)
                                .findFirst()
                                .orElse(edge.from())));
        return new Step(
                node.shownPath(),
                node.subtitle(),
                List.copyOf(takes),
                node.state() == null ? "" : NodeText.state(node.state()));
    }

    private PipelineGraph graph(Path file, Path projectDirectory) {
        SpecLoader loader = SpecLoader.ofRequests(reader, projectDirectory, Schemas.load());
        CheckedSpec spec = loader.any(file);
        String stem = String.valueOf(file.getFileName()).replaceFirst("\\.[^.]*$", "");
        switch (spec.kind().name()) {
            case "pipeline-job", "v1-pipeline" -> {
                PipelineJobSpec job = loader.pipelineJob(file);
                return GraphReading.of(
                        title(job.spec(), stem), job.spec(), job.spec().object("inputs"), job.steps());
            }
            case "pipeline-component" -> {
                PipelineComponentSpec component = loader.pipeline(file);
                return GraphReading.of(title(spec, stem), spec, component.inputs(), component.steps());
            }
            default -> {
                loader.job(file);
                return GraphReading.ofOne(title(spec, stem), spec);
            }
        }
    }

    private static String title(CheckedSpec spec, String otherwise) {
        ObjectNode content = spec.content();
        for (String key : List.of("display_name", "name")) {
            String text = CheckedSpec.text(content, key);
            if (text != null && !text.isBlank()) {
                return text;
            }
        }
        return otherwise;
    }
}
