package io.github.amlmaven.core.spec;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers with the ids of the recorded workspace; local content gets the ids that the recording got. */
final class TraceResolver implements AssetResolver {

    static final String WORKSPACE = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg1"
            + "/providers/Microsoft.MachineLearningServices/workspaces/ws1";

    private final Map<String, ComponentSpec> components = new LinkedHashMap<>();
    private final String uploaded;

    TraceResolver(String uploaded) {
        this.uploaded = uploaded;
    }

    /** Components that were written out in place, by the id they got. */
    Map<String, ComponentSpec> components() {
        return components;
    }

    @Override
    public String code(AssetReference code) {
        return WORKSPACE + "/codes/ac359c17-c020-4c6a-aa5c-f370eaed5251/versions/1";
    }

    @Override
    public String code(AssetReference code, List<Path> includes) {
        return code(code);
    }

    @Override
    public String environment(AssetReference environment) {
        return id("environments", environment);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        return WORKSPACE + "/environments/CliV2AnonymousEnvironment/versions/1";
    }

    @Override
    public String component(AssetReference component) {
        return id("components", component);
    }

    @Override
    public String component(ComponentSpec component) {
        String id = WORKSPACE + "/components/azureml_anonymous/versions/edd4e2d6-f21c-1451-bf1c-92b20724fe71";
        components.put(id, component);
        return id;
    }

    @Override
    public String model(AssetReference model) {
        return id("models", model);
    }

    @Override
    public String model(ModelSpec model) {
        return WORKSPACE + "/models/" + model.name() + "/versions/" + model.version();
    }

    @Override
    public String compute(String compute) {
        return WORKSPACE + "/computes/" + compute.replace("azureml:", "");
    }

    @Override
    public String datastore(String datastore) {
        return WORKSPACE + "/datastores/" + datastore.replace("azureml:", "");
    }

    @Override
    public String input(AssetReference data, String type, @Nullable String datastore) {
        return id(type.endsWith("_model") ? "models" : "data", data);
    }

    @Override
    public String modelUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local ? uploaded : path.toString();
    }

    @Override
    public String dataUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local ? uploaded : path.toString();
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        return uploaded;
    }

    private static String id(String collection, AssetReference reference) {
        if (reference instanceof AssetReference.Named named) {
            return WORKSPACE + "/" + collection + "/" + named.name() + "/"
                    + (named.version() != null ? "versions/" + named.version() : "labels/" + named.label());
        }
        return reference.toString();
    }
}
