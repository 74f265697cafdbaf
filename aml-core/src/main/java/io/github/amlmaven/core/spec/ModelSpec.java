package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model to register.
 *
 * @param name null only for a model that stands inside a deployment
 * @param version null when the service counts on
 * @param type {@code custom_model}, {@code mlflow_model} or {@code triton_model}
 * @param path file, folder, job output or URI
 * @param flavors framework by framework, as in an MLmodel file
 * @param datastore where local content goes; null for the default
 */
public record ModelSpec(
        @Nullable String name,
        @Nullable String version,
        String type,
        AssetReference path,
        @Nullable String description,
        Map<String, @Nullable String> tags,
        Map<String, @Nullable String> properties,
        @Nullable ObjectNode flavors,
        @Nullable String stage,
        @Nullable String datastore) {

    public ModelSpec {
        tags = RestBody.copy(tags);
        properties = RestBody.copy(properties);
    }

    static ModelSpec of(CheckedSpec spec) {
        String type = spec.text("type");
        return new ModelSpec(
                spec.text("name"),
                spec.text("version"),
                type == null ? "custom_model" : type,
                AssetReference.parse(spec.required("path"), spec.directory()),
                spec.text("description"),
                spec.nullable("tags"),
                spec.nullable("properties"),
                spec.object("flavors"),
                spec.text("stage"),
                spec.text("datastore"));
    }

    /** The same model with more tags; those given win. */
    public ModelSpec withTags(Map<String, String> more) {
        Map<String, @Nullable String> all = new LinkedHashMap<>(tags);
        all.putAll(more);
        return new ModelSpec(name, version, type, path, description, all, properties, flavors, stage, datastore);
    }

    /** The same model with more properties; those given win. */
    public ModelSpec withProperties(Map<String, String> more) {
        Map<String, @Nullable String> all = new LinkedHashMap<>(properties);
        all.putAll(more);
        return new ModelSpec(name, version, type, path, description, tags, all, flavors, stage, datastore);
    }

    /** The same model with another version. */
    public ModelSpec withVersion(String other) {
        return new ModelSpec(name, other, type, path, description, tags, properties, flavors, stage, datastore);
    }

    /** The same model with another path, for the output of a job. */
    public ModelSpec withPath(AssetReference other) {
        return new ModelSpec(name, version, type, other, description, tags, properties, flavors, stage, datastore);
    }

    /** The body of {@code PUT .../models/{name}/versions/{version}}; uploads through the resolver. */
    public ObjectNode toBody(AssetResolver assets) {
        return toBody(assets.modelUri(path, datastore));
    }

    /** The body for content that is uploaded already. */
    public ObjectNode toBody(String modelUri) {
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", description);
        body.set("properties", RestBody.texts(properties));
        body.set("tags", RestBody.texts(tags));
        body.put("isAnonymous", false);
        body.put("isArchived", false);
        if (flavors != null && !flavors.isEmpty()) {
            ObjectNode wrapped = body.putObject("flavors");
            flavors.properties()
                    .forEach(flavor ->
                            wrapped.putObject(flavor.getKey()).set("data", RestBody.texts(flavor.getValue())));
        }
        body.put("modelType", type);
        body.put("modelUri", modelUri);
        RestBody.put(body, "stage", stage);
        return RestBody.properties(body);
    }
}
