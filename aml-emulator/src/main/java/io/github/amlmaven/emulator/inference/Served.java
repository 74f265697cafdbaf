package io.github.amlmaven.emulator.inference;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.container.Probe;
import io.github.amlmaven.emulator.job.data.BlobLocation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a deployment's document asks to be served, its references resolved.
 *
 * @param modelMountPath where an image wants its models, empty for AML's own place
 * @param code the folder of the scoring script; absent for a model that needs none and for images that bring theirs
 * @param script below {@code code}, empty without it
 * @param variables of the deployment
 */
record Served(
        ResourceId deployment,
        Software software,
        Optional<Model> model,
        String modelMountPath,
        Optional<BlobLocation> code,
        String script,
        Map<String, String> variables,
        Probes probes) {

    /** With variables that the service sets; the deployment's own win. */
    Served with(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(more);
        all.putAll(variables);
        return new Served(deployment, software, model, modelMountPath, code, script, all, probes);
    }

    /** What the server runs on. */
    sealed interface Software {

        /**
         * Python packages.
         *
         * @param image named for the log only; its own packages are not there
         * @param condaFile text, empty when the image alone would bring all
         */
        record Packages(String image, String condaFile) implements Software {}

        /** An image that holds a server of its own. */
        record Image(String reference, int port) implements Software {}

        /** An MLflow model says itself what it needs. */
        record MlflowModel() implements Software {}
    }

    /** A model version. {@code type} is {@code custom_model}, {@code mlflow_model} or {@code triton_model}. */
    record Model(String name, String version, String type, BlobLocation location) {}

    /**
     * When a server counts as up.
     *
     * @param limit how long after its start it must be ready
     */
    record Probes(Probe liveness, Probe readiness, Duration limit) {

        /** Reads {@code livenessProbe} and {@code readinessProbe}; {@code routes} is the environment's inferenceConfig. */
        static Probes of(JsonNode deployment, JsonNode routes) {
            JsonNode readiness = deployment.path("readinessProbe");
            Duration limit = seconds(readiness, "initialDelay", 10)
                    .plus(seconds(readiness, "period", 10)
                            .multipliedBy(readiness.path("failureThreshold").asInt(30)));
            return new Probes(
                    probe(deployment.path("livenessProbe"), routes.path("livenessRoute"), (int)
                            seconds(deployment.path("livenessProbe"), "initialDelay", 10)
                                    .toSeconds()),
                    // The first delay spares a server that loads; asking it sooner only makes it ready sooner.
                    probe(readiness, routes.path("readinessRoute"), 0),
                    limit);
        }

        private static Probe probe(JsonNode probe, JsonNode route, int delay) {
            return new Probe(
                    Optional.of(route.path("path").asText("/")),
                    delay,
                    (int) seconds(probe, "period", 10).toSeconds(),
                    (int) seconds(probe, "timeout", 2).toSeconds(),
                    probe.path("successThreshold").asInt(1),
                    probe.path("failureThreshold").asInt(30));
        }

        private static Duration seconds(JsonNode probe, String name, int otherwise) {
            String text = probe.path(name).asText("");
            return text.isEmpty() ? Duration.ofSeconds(otherwise) : Duration.parse(text);
        }
    }
}
