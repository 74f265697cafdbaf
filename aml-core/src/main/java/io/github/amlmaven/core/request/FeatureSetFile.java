package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.ComponentHash;
import io.github.amlmaven.core.spec.RestBody;
import io.github.amlmaven.core.spec.SpecLoader;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code FeatureSetSpec.yaml} in a feature set's folder: what the features are, sent as text in a property. Source:
 * azure-ai-ml 1.34.0 ({@code _schema/_feature_set/featureset_spec_properties_schema.py}).
 */
final class FeatureSetFile {

    private static final String NAME = "FeatureSetSpec.yaml";

    private FeatureSetFile() {}

    /** The text of the property. */
    static String text(CheckedSpec spec, AssetReference folder, SpecLoader loader) {
        if (!(folder instanceof AssetReference.Local local)) {
            throw AmlException.of(
                            ErrorCode.SPEC_UNSUPPORTED,
                            spec.file().getFileName() + ": 'specification.path' must be a local folder with a " + NAME)
                    .build();
        }
        Path file = local.path().resolve(NAME);
        if (!Files.isRegularFile(file)) {
            throw AmlException.of(ErrorCode.FILE_MISSING, spec.file().getFileName() + ": there is no " + file)
                    .remedy("Describe source, features and index_columns in it.")
                    .build();
        }
        ObjectNode given = loader.plain(file);
        ObjectNode rest = RestBody.object();
        rest.set("source", source(required(given, "source", file)));
        if (given.get("feature_transformation_code") instanceof ObjectNode code) {
            rest.set(
                    "featureTransformationCode",
                    Fields.of(code)
                            .as("Path", "path")
                            .as("TransformerClass", "transformer_class")
                            .done());
        }
        ArrayNode features = rest.putArray("features");
        required(given, "features", file)
                .forEach(feature -> features.add(Fields.of(feature)
                        .as("FeatureName", "name")
                        .as("DataType", "type")
                        .as("Description", "description")
                        .as("Tags", "tags")
                        .done()));
        if (given.get("index_columns") instanceof ArrayNode columns) {
            ArrayNode list = rest.putArray("indexColumns");
            columns.forEach(column -> list.add(Fields.of(column)
                    .as("ColumnName", "name")
                    .as("DataType", "type")
                    .done()));
        }
        delay(rest, "sourceLookback", given.get("source_lookback"));
        delay(rest, "temporalJoinLookback", given.get("temporal_join_lookback"));
        return ComponentHash.inOrder(rest);
    }

    private static JsonNode required(ObjectNode given, String key, Path file) {
        if (!given.hasNonNull(key)) {
            throw AmlException.of(ErrorCode.SPEC_MISSING_KEY, file.getFileName() + ": the key '" + key + "' is missing")
                    .build();
        }
        return given.get(key);
    }

    private static ObjectNode source(JsonNode source) {
        ObjectNode rest =
                Fields.of(source).same("type", "path", "timestamp_column").done();
        delay(rest, "sourceDelay", source.get("source_delay"));
        return rest;
    }

    private static void delay(ObjectNode rest, String key, @org.jspecify.annotations.Nullable JsonNode delay) {
        if (delay instanceof ObjectNode) {
            rest.set(
                    key,
                    Fields.of(delay)
                            .as("Days", "days")
                            .as("Hours", "hours")
                            .as("Minutes", "minutes")
                            .done());
        }
    }
}
