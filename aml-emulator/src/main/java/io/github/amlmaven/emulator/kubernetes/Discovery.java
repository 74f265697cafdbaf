package io.github.amlmaven.emulator.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What clients ask before they ask for objects: groups, resources, version, and as much OpenAPI as kubectl needs. */
final class Discovery {

    /** The version whose behaviour and words the emulator follows. */
    static final String VERSION = "1.30.0";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String root;
    private final BooleanSupplier istio;

    /** @param istio whether the cluster has Istio's kinds now */
    Discovery(String cluster, BooleanSupplier istio) {
        this.root = "/k8s/" + cluster;
        this.istio = istio;
    }

    private List<ApiResource> served() {
        return ApiResource.served(istio.getAsBoolean());
    }

    private List<String> groupVersions() {
        return served().stream()
                .filter(resource -> !resource.group().isEmpty())
                .map(ApiResource::apiVersion)
                .distinct()
                .toList();
    }

    Optional<JsonNode> answer(List<String> path) {
        String asked = String.join("/", path);
        for (String group : groupVersions()) {
            if (asked.equals("apis/" + group.substring(0, group.indexOf('/')))) {
                return Optional.of(group(group));
            }
            if (asked.equals("apis/" + group)) {
                return Optional.of(resources(group));
            }
            if (asked.equals("openapi/v3/apis/" + group)) {
                return Optional.of(openApi(group));
            }
        }
        return switch (asked) {
            case "api" -> Optional.of(versions());
            case "apis" -> Optional.of(groups());
            case "api/v1" -> Optional.of(resources("v1"));
            case "version" -> Optional.of(version());
            case "openapi/v3" -> Optional.of(openApiIndex());
            case "openapi/v3/api/v1" -> Optional.of(openApi("v1"));
            default -> Optional.empty();
        };
    }

    private static ObjectNode versions() {
        ObjectNode answer = JSON.objectNode().put("kind", "APIVersions");
        answer.putArray("versions").add("v1");
        answer.putArray("serverAddressByClientCIDRs");
        return answer;
    }

    private ObjectNode groups() {
        ObjectNode answer = JSON.objectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = answer.putArray("groups");
        groupVersions().forEach(group -> groups.add(group(group)));
        return answer;
    }

    private static ObjectNode group(String groupVersion) {
        String[] parts = groupVersion.split("/", 2);
        ObjectNode answer = JSON.objectNode()
                .put("kind", "APIGroup")
                .put("apiVersion", "v1")
                .put("name", parts[0]);
        ObjectNode version = JSON.objectNode().put("groupVersion", groupVersion).put("version", parts[1]);
        answer.putArray("versions").add(version);
        answer.set("preferredVersion", version);
        return answer;
    }

    private ObjectNode resources(String groupVersion) {
        ObjectNode answer = JSON.objectNode()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", groupVersion);
        ArrayNode resources = answer.putArray("resources");
        for (ApiResource resource : served()) {
            if (resource.apiVersion().equals(groupVersion)) {
                ObjectNode entry = entry(resources, resource, resource.plural(), resource.kind());
                verbs(entry, "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
                if (resource.subresources().contains("status") && resource.namespaced()) {
                    entry.putArray("categories").add("all");
                }
                if (!resource.shortNames().isEmpty()) {
                    ArrayNode names = entry.putArray("shortNames");
                    resource.shortNames().forEach(names::add);
                }
                for (String subresource : resource.subresources()) {
                    String kind = subresource.equals("scale") ? "Scale" : resource.kind();
                    ObjectNode below = entry(resources, resource, resource.plural() + "/" + subresource, kind);
                    if (subresource.equals("scale")) {
                        below.put("group", "autoscaling").put("version", "v1");
                    }
                    verbs(
                            below,
                            subresource.equals("log") ? new String[] {"get"} : new String[] {"get", "patch", "update"});
                }
            }
        }
        return answer;
    }

    private static ObjectNode entry(ArrayNode resources, ApiResource resource, String name, String kind) {
        return resources
                .addObject()
                .put("name", name)
                .put("singularName", name.contains("/") ? "" : resource.singular())
                .put("namespaced", resource.namespaced())
                .put("kind", kind);
    }

    private static void verbs(ObjectNode entry, String... verbs) {
        ArrayNode array = entry.putArray("verbs");
        for (String verb : verbs) {
            array.add(verb);
        }
    }

    private static ObjectNode version() {
        return JSON.objectNode()
                .put("major", "1")
                .put("minor", "30")
                .put("gitVersion", "v" + VERSION)
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "")
                .put("compiler", "")
                .put("platform", "linux/amd64");
    }

    private ObjectNode openApiIndex() {
        ObjectNode answer = JSON.objectNode();
        ObjectNode paths = answer.putObject("paths");
        paths.putObject("api/v1").put("serverRelativeURL", root + "/openapi/v3/api/v1");
        for (String group : groupVersions()) {
            paths.putObject("apis/" + group).put("serverRelativeURL", root + "/openapi/v3/apis/" + group);
        }
        return answer;
    }

    /** kubectl looks here whether a kind takes fieldValidation and dryRun; the checks themselves are the server's. */
    private ObjectNode openApi(String groupVersion) {
        ObjectNode answer = JSON.objectNode().put("openapi", "3.0.0");
        answer.putObject("info").put("title", "Kubernetes").put("version", "v" + VERSION);
        ObjectNode paths = answer.putObject("paths");
        for (ApiResource resource : served()) {
            if (resource.apiVersion().equals(groupVersion)) {
                String prefix = resource.group().isEmpty() ? "/api/" : "/apis/";
                String scope = resource.namespaced() ? "/namespaces/{namespace}/" : "/";
                ObjectNode patch = paths.putObject(prefix + groupVersion + scope + resource.plural() + "/{name}")
                        .putObject("patch");
                ArrayNode parameters = patch.putArray("parameters");
                for (String name : new String[] {"dryRun", "fieldManager", "fieldValidation", "force"}) {
                    parameters.addObject().put("name", name).put("in", "query");
                }
                patch.putObject("x-kubernetes-group-version-kind")
                        .put("group", resource.group())
                        .put("version", resource.version())
                        .put("kind", resource.kind());
            }
        }
        return answer;
    }
}
