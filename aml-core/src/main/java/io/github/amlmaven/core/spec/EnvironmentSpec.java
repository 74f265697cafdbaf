package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An environment: an image, an image with a conda file, or a Docker build context.
 *
 * @param name null for one that stands in place
 * @param version null when the service counts on
 * @param condaFile the conda file's text as the official client sends it: keys sorted
 * @param build the build context; null when there is an image
 * @param inferenceConfig the routes of a scoring image, as REST names them
 */
public record EnvironmentSpec(
        @Nullable String name,
        @Nullable String version,
        @Nullable String image,
        @Nullable String condaFile,
        @Nullable Build build,
        @Nullable String osType,
        @Nullable ObjectNode inferenceConfig,
        @Nullable String description,
        Map<String, @Nullable String> tags,
        @Nullable String datastore) {

    public EnvironmentSpec {
        tags = RestBody.copy(tags);
    }

    /**
     * A Docker build context.
     *
     * @param path the folder, or a URL
     * @param dockerfilePath relative to the folder; null for {@code Dockerfile}
     */
    public record Build(AssetReference path, @Nullable String dockerfilePath) {}

    /**
     * Reads an environment.
     *
     * @param condaFile the conda file's text, read by the loader
     */
    static EnvironmentSpec of(CheckedSpec spec, @Nullable String condaFile) {
        ObjectNode build = spec.object("build");
        String path = build == null ? null : CheckedSpec.text(build, "path");
        return new EnvironmentSpec(
                spec.text("name"),
                spec.text("version"),
                spec.text("image"),
                condaFile,
                build == null || path == null
                        ? null
                        : new Build(
                                AssetReference.parse(path, spec.directory()),
                                CheckedSpec.text(build, "dockerfile_path")),
                spec.text("os_type"),
                inferenceConfig(spec.object("inference_config")),
                spec.text("description"),
                spec.nullable("tags"),
                spec.text("datastore"));
    }

    /** The same environment without a name, for one that is made where it is used. */
    public EnvironmentSpec withoutName() {
        return new EnvironmentSpec(
                null, null, image, condaFile, build, osType, inferenceConfig, description, tags, datastore);
    }

    /** An environment of the same conda file on an image. */
    EnvironmentSpec ofCondaFile(String base) {
        return new EnvironmentSpec(null, null, base, condaFile, null, null, null, null, Map.of(), null);
    }

    /** The body of {@code PUT .../environments/{name}/versions/{version}} for a named environment. */
    public ObjectNode toBody(AssetResolver assets) {
        return toBody(assets, false);
    }

    /** The body, for a named or an anonymous environment. */
    public ObjectNode toBody(AssetResolver assets, boolean anonymous) {
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", description);
        if (!tags.isEmpty()) {
            body.set("tags", RestBody.texts(tags));
        }
        body.put("isAnonymous", anonymous);
        body.put("isArchived", false);
        if (build != null) {
            ObjectNode context = body.putObject("build");
            context.put("contextUri", assets.buildContext(build.path(), datastore));
            RestBody.put(context, "dockerfilePath", build.dockerfilePath());
        }
        RestBody.put(body, "condaFile", condaFile);
        RestBody.put(body, "image", image);
        RestBody.set(body, "inferenceConfig", inferenceConfig);
        RestBody.put(body, "osType", osType);
        return RestBody.properties(body);
    }

    private static @Nullable ObjectNode inferenceConfig(@Nullable ObjectNode config) {
        if (config == null) {
            return null;
        }
        ObjectNode routes = RestBody.object();
        for (Map.Entry<String, JsonNode> route : config.properties()) {
            RestBody.set(routes, RestBody.camel(route.getKey()), route.getValue());
        }
        return routes;
    }
}
