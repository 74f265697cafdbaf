package io.github.amlmaven.emulator.mlflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.job.Runs;
import io.github.amlmaven.emulator.job.state.Experiments;
import io.github.amlmaven.emulator.job.state.Job;
import io.github.amlmaven.emulator.store.DocumentStore;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The experiments of a workspace: those that a client made, and those that jobs name. */
final class ExperimentCatalog {

    private static final String COLLECTION = "mlflow.experiments";
    private static final String DEFAULT = "Default";

    private final DocumentStore store;
    private final Runs runs;
    private final Clock clock;

    ExperimentCatalog(DocumentStore store, Runs runs, Clock clock) {
        this.store = store;
        this.runs = runs;
        this.clock = clock;
    }

    /** All of a workspace by name, deleted ones included. */
    List<ObjectNode> all(ResourceId workspace) {
        Map<String, ObjectNode> found = new TreeMap<>();
        found.put(DEFAULT, fresh(workspace, DEFAULT));
        for (Job job : runs.in(workspace)) {
            String name = job.properties().path("experimentName").asText(DEFAULT);
            found.computeIfAbsent(name, missing -> fresh(workspace, missing));
        }
        store.list(COLLECTION, workspace.key() + "/")
                .forEach(entry -> found.put(entry.document().path("name").asText(), entry.document()));
        return List.copyOf(found.values());
    }

    Optional<ObjectNode> named(ResourceId workspace, String name) {
        return all(workspace).stream()
                .filter(experiment -> experiment.path("name").asText().equals(name))
                .findFirst();
    }

    /** @param id as MLflow sends it; {@code 0} is the default experiment of every MLflow server */
    ObjectNode get(ResourceId workspace, String id) {
        String wanted = id.equals("0") ? Experiments.id(workspace, DEFAULT) : id;
        return all(workspace).stream()
                .filter(experiment -> experiment.path("experiment_id").asText().equals(wanted))
                .findFirst()
                .orElseThrow(() -> MlflowError.missing("Experiment '" + id + "'"));
    }

    void put(ResourceId workspace, ObjectNode experiment) {
        experiment.put("last_update_time", clock.millis());
        store.put(COLLECTION, workspace.key() + "/" + experiment.path("name").asText(), experiment);
    }

    ObjectNode create(ResourceId workspace, String name) {
        ObjectNode experiment = fresh(workspace, name);
        put(workspace, experiment);
        return experiment;
    }

    private ObjectNode fresh(ResourceId workspace, String name) {
        ObjectNode experiment = Scope.empty();
        experiment
                .put("experiment_id", Experiments.id(workspace, name))
                .put("name", name)
                .put("artifact_location", "")
                .put("lifecycle_stage", "active")
                .put("last_update_time", clock.millis())
                .put("creation_time", clock.millis());
        experiment.putArray("tags");
        return experiment;
    }
}
