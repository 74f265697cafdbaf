package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data asset.
 *
 * @param name null for one that the client names, which nobody finds again by its name
 * @param type {@code uri_file}, {@code uri_folder} or {@code mltable}
 * @param version null when the service counts on
 */
public record DataSpec(
        @Nullable String name,
        @Nullable String version,
        String type,
        AssetReference path,
        @Nullable String description,
        Map<String, @Nullable String> tags,
        Map<String, String> properties,
        @Nullable String datastore) {

    public DataSpec {
        tags = RestBody.copy(tags);
        properties = Map.copyOf(properties);
    }

    static DataSpec of(CheckedSpec spec) {
        String type = spec.text("type");
        return new DataSpec(
                spec.text("name"),
                spec.text("version"),
                type == null ? "uri_folder" : type,
                AssetReference.parse(spec.required("path"), spec.directory()),
                spec.text("description"),
                spec.nullable("tags"),
                // The official client keeps them to itself.
                Map.of(),
                spec.text("datastore"));
    }

    /**
     * The body of {@code PUT .../data/{name}/versions/{version}}.
     *
     * @param referencedUris the paths inside an MLTable; empty for other types
     */
    public ObjectNode toBody(AssetResolver assets, List<String> referencedUris) {
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", description);
        body.set("properties", RestBody.texts(properties));
        body.set("tags", RestBody.texts(tags));
        body.put("isAnonymous", name == null);
        body.put("isArchived", false);
        body.put("dataType", type);
        body.put("dataUri", assets.dataUri(path, datastore));
        if (!referencedUris.isEmpty()) {
            ArrayNode uris = body.putArray("referencedUris");
            referencedUris.forEach(uris::add);
        }
        return RestBody.properties(body);
    }
}
