package io.github.amlmaven.core.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.cloud.WorkspaceId;
import io.github.amlmaven.core.spec.AnonymousEnvironment;
import io.github.amlmaven.core.spec.AssetReference;
import io.github.amlmaven.core.spec.AssetResolver;
import io.github.amlmaven.core.spec.CheckedSpec;
import io.github.amlmaven.core.spec.ComponentHash;
import io.github.amlmaven.core.spec.ComponentSpec;
import io.github.amlmaven.core.spec.EnvironmentSpec;
import io.github.amlmaven.core.spec.ModelSpec;
import io.github.amlmaven.core.spec.RestBody;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Resolves with placeholders: a local path stands for its upload, a label for the version it names. Notes the requests
 * for anonymous assets.
 */
final class PlannedAssets implements AssetResolver {

    private static final String VIRTUAL_CLUSTER = "virtualclusters/";
    private static final Set<String> MODELS = Set.of("custom_model", "mlflow_model");

    private final WorkspaceId workspace;
    private final Path root;
    private final Map<String, PlannedRequest> before = new TreeMap<>();

    PlannedAssets(WorkspaceId workspace, Path root) {
        this.workspace = workspace;
        this.root = root.toAbsolutePath().normalize();
    }

    List<PlannedRequest> before() {
        return List.copyOf(before.values());
    }

    WorkspaceId workspace() {
        return workspace;
    }

    /** A local path as the placeholders name it: relative to the root. */
    String relative(Path path) {
        String text =
                root.relativize(path.toAbsolutePath().normalize()).toString().replace('\\', '/');
        return text.isEmpty() ? "." : text;
    }

    @Override
    public String code(AssetReference code) {
        return code instanceof AssetReference.Local local ? localCode(relative(local.path())) : existing("codes", code);
    }

    @Override
    public String code(@Nullable AssetReference code, List<Path> includes) {
        if (code != null && includes.isEmpty()) {
            return code(code);
        }
        List<String> parts = new ArrayList<>();
        if (code instanceof AssetReference.Local local) {
            parts.add(relative(local.path()));
        }
        includes.forEach(include -> parts.add(relative(include)));
        return localCode(String.join("+", parts));
    }

    private String localCode(String name) {
        return version("codes", "local~" + name.replace('/', '~'), "1");
    }

    @Override
    public String environment(AssetReference environment) {
        return AnonymousEnvironment.isCurated(environment)
                ? environment.toString()
                : existing("environments", environment);
    }

    @Override
    public String environment(EnvironmentSpec environment) {
        String name = environment.name();
        if (name != null) {
            String version = environment.version() == null ? "1" : environment.version();
            return note(version("environments", name, version), environment.toBody(this, false));
        }
        EnvironmentSpec.Build build = environment.build();
        String context = build != null && build.path() instanceof AssetReference.Local local ? hash(local.path()) : "";
        String id =
                version("environments", AnonymousEnvironment.NAME, AnonymousEnvironment.version(environment, context));
        return note(id, environment.toBody(this, true));
    }

    /** Content is not compared, so that a path stands for its hash. */
    private String hash(Path path) {
        return "hash of " + relative(path);
    }

    @Override
    public String component(AssetReference component) {
        if (component instanceof AssetReference.Named named
                && named.version() == null
                && "default".equals(named.label())) {
            return container("components", named.name()) + "/labels/default";
        }
        return existing("components", component);
    }

    @Override
    public String component(ComponentSpec component) {
        ObjectNode body = component.toBody(this, ComponentSpec.ANONYMOUS, "1");
        return note(version("components", ComponentSpec.ANONYMOUS, ComponentHash.anonymousVersion(body)), body);
    }

    @Override
    public String model(AssetReference model) {
        return existing("models", model);
    }

    @Override
    public String model(ModelSpec model) {
        String version = model.version() == null ? "1" : model.version();
        ObjectNode body = model.toBody(this);
        String name = model.name();
        if (name == null) {
            String content = model.path() instanceof AssetReference.Local local
                    ? hash(local.path())
                    : model.path().toString();
            name = AnonymousEnvironment.sha256(content);
            ((ObjectNode) body.get("properties")).put("isAnonymous", true);
        }
        return note(version("models", name, version), body);
    }

    @Override
    public String compute(String compute) {
        String name = plain(compute);
        if (name.toLowerCase(Locale.ROOT).startsWith(VIRTUAL_CLUSTER)) {
            return workspace.resourceGroupId() + "/providers/Microsoft.MachineLearningServices/virtualclusters/"
                    + name.substring(VIRTUAL_CLUSTER.length());
        }
        return name.startsWith("/") ? name : workspace.armId() + "/computes/" + name;
    }

    @Override
    public String datastore(String datastore) {
        String name = plain(datastore);
        return name.startsWith("/") ? name : workspace.armId() + "/datastores/" + name;
    }

    @Override
    public String input(AssetReference data, String type, @Nullable String datastore) {
        if (data instanceof AssetReference.Local) {
            String uri = dataUri(data, datastore);
            return type.equals("uri_folder") && !uri.endsWith("/") ? uri + "/" : uri;
        }
        return existing(MODELS.contains(type) ? "models" : "data", data);
    }

    @Override
    public String modelUri(AssetReference path, @Nullable String datastore) {
        if (path instanceof AssetReference.Local local) {
            return longForm(store(datastore), "LocalUpload/local/" + relative(local.path()));
        }
        String text = path.toString();
        if (text.startsWith("azureml://datastores/")) {
            String[] parts = text.substring("azureml://datastores/".length()).split("/paths/", 2);
            return parts.length == 2 ? longForm(parts[0], parts[1]) : text;
        }
        return text;
    }

    @Override
    public String dataUri(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? "azureml://datastores/" + store(datastore) + "/paths/LocalUpload/local/" + relative(local.path())
                : path.toString();
    }

    @Override
    public String buildContext(AssetReference path, @Nullable String datastore) {
        return path instanceof AssetReference.Local local
                ? "https://account.blob.core.windows.net/container/LocalUpload/local/" + relative(local.path()) + "/"
                : path.toString();
    }

    private String longForm(String datastore, String path) {
        return "azureml://subscriptions/" + workspace.subscriptionId() + "/resourcegroups/" + workspace.resourceGroup()
                + "/workspaces/" + workspace.workspace() + "/datastores/" + datastore + "/paths/" + path;
    }

    private static String store(@Nullable String datastore) {
        return datastore == null ? "workspaceblobstore" : plain(datastore);
    }

    private static String plain(String reference) {
        return reference.startsWith("azureml:") ? reference.substring("azureml:".length()) : reference;
    }

    private String existing(String collection, AssetReference reference) {
        if (reference instanceof AssetReference.Named named) {
            String version = named.version() == null ? "latest" : named.version();
            return version(collection, named.name(), version);
        }
        return reference.toString();
    }

    private String container(String collection, String name) {
        return workspace.armId() + "/" + collection + "/" + name;
    }

    String version(String collection, String name, String version) {
        return container(collection, name) + "/versions/" + version;
    }

    /** The data asset that collects what a deployment receives or answers; the client registers it first. */
    String collected(CheckedSpec deployment, String collection, JsonNode declared) {
        String owner = deployment.text("endpoint_name") + "/" + deployment.required("name") + "/" + collection;
        JsonNode data = declared.path("data");
        ObjectNode body = RestBody.object();
        body.putObject("properties").putObject("properties");
        ObjectNode properties = (ObjectNode) body.get("properties");
        properties.putObject("tags");
        properties.put("isAnonymous", false).put("isArchived", false).put("dataType", "uri_folder");
        properties.put(
                "dataUri",
                data.path("path").asText("azureml://datastores/workspaceblobstore/paths/modelDataCollector/" + owner));
        String name = data.path("name").asText(owner.replace('/', '-'));
        return note(version("data", name, data.path("version").asText("1")), body);
    }

    private String note(String id, ObjectNode body) {
        before.putIfAbsent(id, PlannedRequest.put(id, body));
        return id;
    }
}
