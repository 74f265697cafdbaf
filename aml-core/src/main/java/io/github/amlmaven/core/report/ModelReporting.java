package io.github.amlmaven.core.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.core.asset.OfflineAssets;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.job.JobOutputs;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.JobSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.spec.SpecLoader;
import io.github.amlmaven.core.spec.schema.Schemas;
import io.github.amlmaven.core.spec.yaml.SpecReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the report of a project's model. Asks no service. */
public final class ModelReporting {

    private final SpecReader reader;

    public ModelReporting(SpecReader reader) {
        this.reader = reader;
    }

    /**
     * What to report on.
     *
     * @param records where the goals have left their {@code <goal>.json}
     * @param projectDirectory what paths must not leave
     * @param job the job that makes the model; empty for the one that has made the registered version, or that ran last here
     * @param otherJobs taken when no job is named and none ran here: the first one that is there
     * @param model what is registered; tells which output of the job is the model. It need not be there
     */
    public record Request(Path records, Path projectDirectory, Optional<Path> job, List<Path> otherJobs, Path model) {

        public Request {
            otherJobs = List.copyOf(otherJobs);
        }
    }

    public ModelReport report(Request request) {
        GoalResults goals = GoalResults.in(request.records());
        return ModelReport.of(request.records(), origins(request, goals.job(), goals.isOfAnotherJob()));
    }

    /**
     * @param run the job that has made the model; without a name when that is not known
     * @param registered whether the registration says so, and it is not the one that ran last
     */
    private Map<String, String> origins(Request request, JsonNode run, boolean registered) {
        Optional<Path> ran = Optional.of(run.path("jobFile").asText())
                .filter(file -> !file.isEmpty())
                .map(file -> request.projectDirectory().resolve(file));
        // Another job's code and data would be no answer to where this model comes from.
        boolean known = registered && !run.path("jobName").asText().isEmpty();
        SpecLoader loader = new SpecLoader(reader, request.projectDirectory());
        Optional<Path> file = request.job()
                .or(() -> ran.filter(Files::isRegularFile))
                .or(() -> (known ? List.<Path>of() : request.otherJobs())
                        .stream()
                                .filter(Files::isRegularFile)
                                .filter(loader::isJob)
                                .findFirst());
        if (file.isEmpty()) {
            return Map.of();
        }
        Map<String, String> given = new LinkedHashMap<>();
        if (file.equals(ran)) {
            run.path("inputs")
                    .properties()
                    .forEach(input -> given.put(input.getKey(), input.getValue().asText()));
        }
        JobSpec job = loader.job(file.get());
        // Only names are read; which workspace they would be in does not matter.
        OfflineAssets assets = new OfflineAssets(new WorkspaceId("subscription", "group", "workspace"));
        return JobLineage.of(job, output(request), given, assets);
    }

    /** The output of the job that is registered as the model, where the model's file says so. */
    private Optional<String> output(Request request) {
        if (!Files.isRegularFile(request.model())) {
            return Optional.empty();
        }
        ModelSpec model = SpecLoader.ofRequests(reader, request.projectDirectory(), Schemas.load())
                .model(request.model());
        if (model.path() instanceof AssetReference.Local local) {
            Path outputs = request.records().resolve("outputs").toAbsolutePath().normalize();
            Path path = local.path().toAbsolutePath().normalize();
            return path.startsWith(outputs) && !path.equals(outputs)
                    ? Optional.of(outputs.relativize(path).getName(0).toString())
                    : Optional.empty();
        }
        return JobOutputs.Reference.parse(model.path().toString()).map(JobOutputs.Reference::output);
    }
}
