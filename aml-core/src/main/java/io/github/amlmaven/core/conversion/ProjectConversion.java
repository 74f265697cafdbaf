package io.github.amlmaven.core.conversion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Location;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.v1.Converted;
import io.github.amlmaven.core.spec.v1.JobConversion;
import io.github.amlmaven.core.spec.v1.PipelineConversion;
import io.github.amlmaven.core.spec.v1.RegisteredEnvironment;
import io.github.amlmaven.core.spec.v1.ScheduleConversion;
import io.github.amlmaven.core.spec.v1.ServiceConversion;
import io.github.amlmaven.core.spec.v1.ServiceNames;
import io.github.amlmaven.core.spec.v1.SweepConversion;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import io.github.amlmaven.core.spec.yaml.SpecNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What all files of a project become: which belong together, and what the files are called. */
final class ProjectConversion {

    private final V1Sources sources;
    private final ConversionRequest request;
    private final V2Files files;
    private final List<Path> converted = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    ProjectConversion(V1Sources sources, ConversionRequest request) {
        this.sources = sources;
        this.request = request;
        this.files = new V2Files(request.targetDirectory());
    }

    List<Problem> problems() {
        return problems;
    }

    List<Problem> warnings() {
        return warnings;
    }

    List<ConversionChoice> choices() {
        return files.choices();
    }

    Map<Path, String> texts() {
        return files.texts();
    }

    List<Path> converted() {
        return converted;
    }

    void add(List<Path> all) {
        Map<String, List<Path>> kinds = new LinkedHashMap<>();
        for (Path file : all) {
            Optional<String> kind = sources.kind(file);
            if (kind.isEmpty() && sources.document(file).root() != null) {
                problem(ErrorCode.SPEC_KIND_UNKNOWN, file, "this is no file of the first API");
            }
            kind.ifPresent(name ->
                    kinds.computeIfAbsent(name, key -> new ArrayList<>()).add(file));
        }
        List<Path> pipelines = of(kinds, "pipeline");
        pipelines.forEach(file -> pipeline(file, pipelines.size() == 1));
        List<Path> runs = unreferenced(of(kinds, "run-configuration"));
        List<Path> hyperdrives = of(kinds, "hyperdrive-configuration");
        if (hyperdrives.isEmpty()) {
            runs.forEach(this::job);
        } else {
            hyperdrives.forEach(file -> sweep(file, runs));
        }
        unreferenced(of(kinds, "environment")).forEach(this::environment);
        services(of(kinds, "inference-configuration"), of(kinds, "deployment-configuration"));
        of(kinds, "schedule").forEach(file -> schedule(file, pipelines));
        unreferenced(of(kinds, "parallel-run-configuration"))
                .forEach(file -> problem(
                        ErrorCode.SPEC_UNSUPPORTED,
                        file,
                        "this belongs to the ParallelRunStep of a pipeline; convert it together with that"));
    }

    private static List<Path> of(Map<String, List<Path>> kinds, String kind) {
        return kinds.getOrDefault(kind, List.of());
    }

    private List<Path> unreferenced(List<Path> candidates) {
        return candidates.stream().filter(file -> !sources.isReferenced(file)).toList();
    }

    private void pipeline(Path file, boolean only) {
        Converted pipeline = PipelineConversion.of(sources.document(file), sources, request.targetDirectory());
        take(file, pipeline);
        files.pipeline(
                only ? "pipeline.yml" : stem(file) + ".yml",
                request.shown(file),
                pipeline.content(),
                pipeline.comments());
    }

    private void job(Path file) {
        Converted job = JobConversion.of(sources.document(file), sources, request.targetDirectory());
        take(file, job);
        if (job.content().isEmpty()) {
            return;
        }
        ObjectNode content = job.content().deepCopy();
        files.environment(content, stem(file), request.shown(file));
        boolean spark = content.path("type").asText().equals("spark");
        files.yaml(
                stem(file) + "-job.yml",
                spark ? "sparkJob" : "commandJob",
                request.shown(file),
                content,
                job.comments());
    }

    private void sweep(Path file, List<Path> runs) {
        if (runs.size() != 1) {
            problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    file,
                    "a HyperDrive configuration is converted together with one run configuration, not " + runs.size());
            return;
        }
        Converted trial = JobConversion.of(sources.document(runs.get(0)), sources, request.targetDirectory());
        warnings.addAll(trial.warnings());
        if (trial.content().isEmpty()) {
            return;
        }
        converted.add(runs.get(0));
        Converted sweep = SweepConversion.of(sources.document(file), trial);
        take(file, sweep);
        ObjectNode content = sweep.content().deepCopy();
        files.environment(content.path("trial"), stem(file), request.shown(file));
        files.yaml(stem(file) + "-sweep.yml", "sweepJob", request.shown(file), content, sweep.comments());
    }

    private void environment(Path file) {
        Converted environment =
                RegisteredEnvironment.of(sources.document(file), sources, request.targetDirectory(), stem(file));
        take(file, environment);
        files.yaml(
                "environment-" + environment.content().path("name").asText(stem(file)) + ".yml",
                "environment",
                request.shown(file),
                environment.content(),
                environment.comments());
    }

    private void services(List<Path> inferences, List<Path> deployments) {
        if (inferences.isEmpty() && deployments.isEmpty()) {
            return;
        }
        if (inferences.size() != 1 || deployments.isEmpty()) {
            Path first = inferences.isEmpty() ? deployments.get(0) : inferences.get(0);
            problem(
                    ErrorCode.SPEC_MISSING_KEY,
                    first,
                    "a service is made of one inference configuration and its deployment configurations; there are "
                            + inferences.size() + " and " + deployments.size() + ". Name those that belong together in"
                            + " -Daml.files");
            return;
        }
        SpecDocument inference = sources.document(inferences.get(0));
        converted.add(inferences.get(0));
        for (Path file : deployments) {
            SpecDocument document = sources.document(file);
            String type = document.root() instanceof SpecNode.Mapping root
                    ? String.valueOf(root.text("computeType")).toLowerCase(Locale.ROOT)
                    : "";
            boolean only = deployments.size() == 1;
            ServiceNames names = only
                    ? request.names()
                    : new ServiceNames(
                            request.names().service() + "-" + type,
                            request.names().model(),
                            request.names().compute());
            service(file, document, inference, names, only ? "" : "-" + type);
        }
    }

    private void service(Path file, SpecDocument document, SpecDocument inference, ServiceNames names, String suffix) {
        ServiceConversion.Service service =
                ServiceConversion.of(document, inference, names, sources, request.targetDirectory());
        converted.add(file);
        problems.addAll(service.problems());
        warnings.addAll(service.endpoint().warnings());
        warnings.addAll(service.deployment().warnings());
        String source = request.shown(file);
        files.yaml(
                "endpoint" + suffix + ".yml",
                service.kind() + "OnlineEndpoint",
                source,
                service.endpoint().content(),
                service.endpoint().comments());
        ObjectNode deployment = service.deployment().content().deepCopy();
        files.environment(deployment, request.names().service(), request.shown(inference.file()));
        files.yaml(
                "deployment" + suffix + ".yml",
                service.kind() + "OnlineDeployment",
                source + " and " + request.shown(inference.file()),
                deployment,
                service.deployment().comments());
        String pom = ServiceConversion.pom(document, names.service(), request.plugin());
        if (!pom.isEmpty()) {
            files.text("deploy-aci.pom.xml", pom);
        }
    }

    private void schedule(Path file, List<Path> pipelines) {
        Optional<String> pipeline = pipelines.size() == 1 ? Optional.of("./pipeline.yml") : Optional.empty();
        Converted schedule = ScheduleConversion.of(sources.document(file), stem(file), pipeline);
        take(file, schedule);
        String name = files.has("schedule.yml") ? stem(file) + ".yml" : "schedule.yml";
        files.yaml(name, "schedule", request.shown(file), schedule.content(), schedule.comments());
    }

    private void take(Path file, Converted result) {
        converted.add(file);
        problems.addAll(result.problems());
        warnings.addAll(result.warnings());
    }

    private void problem(ErrorCode code, Path file, String message) {
        problems.add(new Problem(code, new Location(Path.of(request.shown(file)), 1, 1), message));
    }

    private static String stem(Path file) {
        return String.valueOf(file.getFileName())
                .replaceFirst("\\.(yml|yaml|json|runconfig)$", "")
                .replaceAll("[^A-Za-z0-9_-]", "-");
    }
}
