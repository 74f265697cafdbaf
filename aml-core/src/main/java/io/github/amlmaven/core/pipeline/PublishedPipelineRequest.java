package io.github.amlmaven.core.pipeline;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline of the first API that was published and still runs.
 *
 * @param target which one
 * @param parameters values by name; a datastore URI for a data path
 * @param experimentName the experiment; the service's own when absent
 * @param timeout how long to wait for the run; none means not to wait
 * @param dryRun whether to send nothing that changes anything
 */
public record PublishedPipelineRequest(
        Target target,
        Map<String, String> parameters,
        Optional<String> experimentName,
        Optional<Duration> timeout,
        boolean dryRun) {

    public PublishedPipelineRequest {
        parameters = Map.copyOf(parameters);
    }

    /** What is called. */
    public sealed interface Target {

        /** The path below the workspace's pipeline service. */
        String path();

        /** As a message names it. */
        String describe();
    }

    /** A published pipeline, which has no versions. */
    public record Published(String id) implements Target {
        @Override
        public String path() {
            return "PipelineSubmit/" + id;
        }

        @Override
        public String describe() {
            return "published pipeline '" + id + "'";
        }
    }

    /** A pipeline endpoint by its id, in a version or its default. */
    public record EndpointById(String id, Optional<String> version) implements Target {
        @Override
        public String path() {
            return "PipelineEndpointSubmit/Id/" + id + query(version);
        }

        @Override
        public String describe() {
            return "pipeline endpoint '" + id + "'" + described(version);
        }
    }

    /** A pipeline endpoint by its name, in a version or its default. */
    public record EndpointByName(String name, Optional<String> version) implements Target {
        @Override
        public String path() {
            return "PipelineEndpointSubmit/Name/" + escaped(name) + query(version);
        }

        @Override
        public String describe() {
            return "pipeline endpoint '" + name + "'" + described(version);
        }
    }

    private static String query(Optional<String> version) {
        return version.map(text -> "?pipelineVersion=" + escaped(text)).orElse("");
    }

    private static String described(Optional<String> version) {
        return version.map(text -> " in version " + text).orElse("");
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
