package io.github.amlmaven.plugin.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the deploy goals of this project have left for {@code aml:score} and {@code aml:undeploy}. */
public final class DeploymentRecords {

    public static final String ACI = "deploy-aci";
    public static final String AKS = "deploy-aks";
    public static final String WEBAPP = "deploy-webapp";
    public static final String FUNCTION = "deploy-function";
    public static final String MANAGED = "deploy-managed";
    public static final String BATCH = "deploy-batch";

    /** Where a request can be sent to. */
    private static final List<String> ONLINE = List.of(ACI, AKS, WEBAPP, FUNCTION, MANAGED);

    private static final List<String> ALL = List.of(ACI, AKS, WEBAPP, FUNCTION, MANAGED, BATCH);

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path directory;

    public DeploymentRecords(Path directory) {
        this.directory = directory;
    }

    /** A name that container groups and Kubernetes take, made of an artifactId. */
    public static String defaultName(String artifactId) {
        return artifactId.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    }

    /**
     * What is to be cleaned up, of {@code target} or of any: a deployment that ended well, or what one that failed has
     * left.
     */
    public Optional<Deployed> newestLeftBehind(@Nullable String target) {
        return newestLeftBehind(target, null);
    }

    /** As {@link #newestLeftBehind(String)}, of the deployment with this name. */
    public Optional<Deployed> newestLeftBehind(@Nullable String target, @Nullable String name) {
        return newest(ALL, target, name, GoalRecord::leftBehind);
    }

    /**
     * The newest deployment that ended well and that nothing has touched since, of {@code target}, {@code aci}, {@code aks}, {@code webapp},
     * {@code function} or {@code managed}, or of any of them when
     * none is named.
     */
    public Optional<Deployed> newest(@Nullable String target) {
        return newest(target, null);
    }

    /** As {@link #newest(String)}, of the deployment with this name. */
    public Optional<Deployed> newest(@Nullable String target, @Nullable String name) {
        return newest(ONLINE, target, name, GoalRecord::standing);
    }

    /** The newest online endpoint of Azure Machine Learning, managed or on Kubernetes, that ended well or was begun. */
    public Optional<Deployed> newestEndpoint() {
        return Stream.of("managed", "aks")
                .flatMap(target -> newestLeftBehind(target).stream())
                .filter(Deployed::isEndpoint)
                .max(Comparator.comparing(Deployed::startedAt));
    }

    /** Whether what this project has deployed last, of what has traffic to move, are versions in a cluster, not an online endpoint. */
    public boolean movesTrafficInCluster() {
        return newestVersions()
                .filter(versions -> newestEndpoint()
                        .filter(endpoint -> !versions.startedAt().isAfter(endpoint.startedAt()))
                        .isEmpty())
                .isPresent();
    }

    /** The newest versions that share a route in a cluster. */
    public Optional<Deployed> newestVersions() {
        return newestLeftBehind("aks").filter(found -> found.text("version").isPresent());
    }

    private Optional<Deployed> newest(
            List<String> goals,
            @Nullable String target,
            @Nullable String name,
            BiFunction<Path, String, Optional<GoalRecord.Ended>> record) {
        return goals.stream()
                .filter(goal -> target == null || goal.equals("deploy-" + target))
                .flatMap(goal -> files(goal).stream()
                        .flatMap(file -> record.apply(directory, file).stream()
                                .map(ended -> new Deployed(goal, file, ended.startedAt(), ended.outputs()))))
                .filter(deployed -> name == null || deployed.text("name").equals(Optional.of(name)))
                .max(Comparator.comparing(Deployed::startedAt));
    }

    /** The records of a goal without their extension: that of its last run, and those of deployments of other names. */
    private List<String> files(String goal) {
        List<String> files = new ArrayList<>(List.of(goal));
        if (Files.isDirectory(directory)) {
            try (DirectoryStream<Path> aside = Files.newDirectoryStream(directory, goal + "@*.json")) {
                for (Path file : aside) {
                    String name = String.valueOf(file.getFileName());
                    files.add(name.substring(0, name.length() - ".json".length()));
                }
            } catch (IOException e) {
                throw AmlException.of(ErrorCode.LOCAL_IO, "cannot read " + directory + ": " + e.getMessage())
                        .cause(e)
                        .build();
            }
        }
        return files;
    }

    /** Forgets a deployment and its keys once it is gone. */
    public void forget(Deployed deployed) {
        try {
            Files.deleteIfExists(file(deployed.file()));
            Optional<String> keys = deployed.text("keysFile");
            if (keys.isPresent()) {
                Files.deleteIfExists(Path.of(keys.get()));
            }
        } catch (IOException e) {
            throw AmlException.of(
                            ErrorCode.LOCAL_IO,
                            "cannot delete the record of " + deployed.goal() + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    /** Takes one deployment out of the record of its endpoint, or a slot out of that of its app, once it is gone. */
    public void forget(Deployed endpoint, String deployment) {
        Path file = file(endpoint.file());
        try {
            JsonNode record = JSON.readTree(file.toFile());
            boolean known = forget(record.path("outputs"), deployment);
            if (forget(record.at("/lastGood/outputs"), deployment) || known) {
                WholeFile.write(file, JSON.writeValueAsString(record));
            }
        } catch (IOException e) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "cannot rewrite " + file + ": " + e.getMessage())
                    .cause(e)
                    .build();
        }
    }

    private static boolean forget(JsonNode outputs, String deployment) {
        boolean known = taken(outputs.path("deployments"), deployment);
        known |= taken(outputs.path("allDeployments"), deployment);
        if (outputs instanceof ObjectNode all && all.path("deployment").asText().equals(deployment)) {
            all.remove("deployment");
            known = true;
        }
        // The app itself is still there, with production and with the keys that serve all its slots.
        if (outputs instanceof ObjectNode app
                && app.path("slot").asText().equals(deployment)
                && !app.path("swapped").asBoolean()) {
            app.remove(List.of("slot", "swapped", "scoringUri", "image"));
            known = true;
        }
        return known;
    }

    private static boolean taken(JsonNode names, String deployment) {
        boolean known = false;
        if (names instanceof ArrayNode several) {
            for (int i = several.size() - 1; i >= 0; i--) {
                if (several.path(i).asText().equals(deployment)) {
                    several.remove(i);
                    known = true;
                }
            }
        }
        return known;
    }

    private Path file(String name) {
        return directory.resolve(name + ".json");
    }

    /**
     * One deploy goal and its outputs.
     *
     * @param file its record, without {@code .json}
     */
    public record Deployed(String goal, String file, Instant startedAt, ObjectNode outputs) {

        /** Whether Azure Machine Learning serves it, behind an online endpoint of the workspace. */
        public boolean isEndpoint() {
            return goal.equals(MANAGED) || text("strategy").equals(Optional.of("aml"));
        }

        public Optional<String> text(String output) {
            return Optional.ofNullable(outputs.get(output)).map(JsonNode::asText);
        }

        public String required(String output) {
            return text(output)
                    .orElseThrow(
                            () -> AmlException.of(ErrorCode.LOCAL_IO, goal + ".json has no output '" + output + "'")
                                    .remedy("Run 'mvn aml:" + goal + "' again.")
                                    .build());
        }
    }
}
