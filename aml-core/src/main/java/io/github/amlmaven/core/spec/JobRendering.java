package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.spec.yaml.PythonScalar;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parts that jobs of all types share, as the official client renders them. */
final class JobRendering {

    private static final Map<String, String> MODES = Map.of(
            "mount", "ReadOnlyMount",
            "ro_mount", "ReadOnlyMount",
            "rw_mount", "ReadWriteMount",
            "download", "Download",
            "direct", "Direct",
            "eval_mount", "EvalMount",
            "eval_download", "EvalDownload");
    private static final Map<String, String> OUTPUT_MODES =
            Map.of("mount", "ReadWriteMount", "rw_mount", "ReadWriteMount", "upload", "Upload", "direct", "Direct");
    private static final Map<String, String> SERVICES =
            Map.of("jupyter_lab", "JupyterLab", "ssh", "SSH", "tensor_board", "TensorBoard", "vs_code", "VSCode");
    private static final Map<String, String> COMPUTE_PROPERTIES = Map.of(
            "aisupercomputer", "AISuperComputer",
            "singularity", "AISuperComputer",
            "itp", "itp",
            "target_selector", "target_selector");
    /** Keys of distributions of all types; what else is written there the official client drops. */
    static final Set<String> DISTRIBUTION = Set.of(
            "type",
            "process_count_per_instance",
            "parameter_server_count",
            "worker_count",
            "port",
            "address",
            "include_dashboard",
            "dashboard_port",
            "head_node_additional_args",
            "worker_node_additional_args");

    private static final Map<String, Integer> PRIORITIES = Map.of("low", 1, "medium", 2, "high", 3);

    private JobRendering() {}

    /** Keys that every job has, in the order of the official client. */
    static ObjectNode common(CheckedSpec spec, AssetResolver assets, String jobType) {
        ObjectNode body = RestBody.object();
        RestBody.put(body, "description", spec.text("description"));
        body.set("properties", spec.printed("properties"));
        body.set("tags", spec.printed("tags"));
        String compute = spec.text("compute");
        if (compute != null) {
            body.put("computeId", assets.compute(compute));
        }
        RestBody.put(body, "displayName", spec.text("display_name"));
        RestBody.put(body, "experimentName", spec.text("experiment_name"));
        RestBody.set(body, "identity", identity(spec.object("identity")));
        body.put("isArchived", false);
        body.put("jobType", jobType);
        RestBody.set(body, "services", services(spec.object("services")));
        return body;
    }

    static @Nullable ObjectNode inputs(@Nullable ObjectNode inputs, Path directory, AssetResolver assets) {
        if (inputs == null) {
            return RestBody.object();
        }
        ObjectNode rest = RestBody.object();
        inputs.properties().forEach(input -> rest.set(input.getKey(), input(input.getValue(), directory, assets)));
        return rest;
    }

    /** One input: a literal, or data and models by reference. */
    static ObjectNode input(JsonNode value, Path directory, AssetResolver assets) {
        ObjectNode rest = RestBody.object();
        if (!(value instanceof ObjectNode object)) {
            rest.put("jobInputType", "literal");
            rest.put("value", PythonScalar.text(value));
            return rest;
        }
        String path = CheckedSpec.text(object, "path");
        String type = CheckedSpec.text(object, "type");
        if (object.has("value") || path == null) {
            rest.put("jobInputType", "literal");
            JsonNode literal = object.get("value");
            RestBody.put(rest, "value", literal == null || literal.isNull() ? null : PythonScalar.text(literal));
            return rest;
        }
        String mode = CheckedSpec.text(object, "mode");
        RestBody.put(rest, "mode", mode == null ? null : MODES.get(mode));
        if (path.startsWith("${{")) {
            rest.put("jobInputType", "literal");
            rest.put("value", path);
            return rest;
        }
        String dataType = type == null ? "uri_folder" : type;
        rest.put(
                "uri",
                assets.input(AssetReference.parse(path, directory), dataType, CheckedSpec.text(object, "datastore")));
        rest.put("jobInputType", dataType);
        return rest;
    }

    static ObjectNode outputs(@Nullable ObjectNode outputs) {
        ObjectNode rest = RestBody.object();
        if (outputs != null) {
            outputs.properties().forEach(output -> rest.set(output.getKey(), output(output.getValue())));
        }
        return rest;
    }

    static ObjectNode output(JsonNode value) {
        ObjectNode rest = RestBody.object();
        String type = "uri_folder";
        if (value instanceof ObjectNode object) {
            String mode = CheckedSpec.text(object, "mode");
            RestBody.put(rest, "assetName", CheckedSpec.text(object, "name"));
            RestBody.put(rest, "assetVersion", CheckedSpec.text(object, "version"));
            RestBody.put(rest, "description", CheckedSpec.text(object, "description"));
            RestBody.put(rest, "mode", mode == null ? null : OUTPUT_MODES.get(mode));
            RestBody.put(rest, "uri", CheckedSpec.text(object, "path"));
            String declared = CheckedSpec.text(object, "type");
            type = declared == null ? type : declared;
        }
        rest.put("jobOutputType", type);
        return rest;
    }

    static @Nullable ObjectNode distribution(@Nullable ObjectNode distribution) {
        String type = distribution == null ? null : CheckedSpec.text(distribution, "type");
        if (distribution == null || type == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        rest.put(
                "distributionType",
                switch (type) {
                    case "pytorch" -> "PyTorch";
                    case "tensorflow" -> "TensorFlow";
                    default -> RestBody.pascal(type);
                });
        distribution.properties().forEach(entry -> {
            if (!entry.getKey().equals("type") && DISTRIBUTION.contains(entry.getKey())) {
                RestBody.set(rest, RestBody.camel(entry.getKey()), entry.getValue());
            }
        });
        if (type.equals("tensorflow") && !rest.has("parameterServerCount")) {
            rest.put("parameterServerCount", 0);
        }
        return rest;
    }

    static @Nullable ObjectNode identity(@Nullable ObjectNode identity) {
        String type = identity == null ? null : CheckedSpec.text(identity, "type");
        if (identity == null || type == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        rest.put(
                "identityType",
                switch (type) {
                    case "user_identity" -> "UserIdentity";
                    case "aml_token" -> "AMLToken";
                    default -> "Managed";
                });
        RestBody.set(rest, "clientId", identity.get("client_id"));
        RestBody.set(rest, "objectId", identity.get("object_id"));
        RestBody.set(rest, "resourceId", identity.get("msi_resource_id"));
        return rest;
    }

    static @Nullable ObjectNode resources(@Nullable ObjectNode resources) {
        return resources == null ? null : resourcesOf(resources);
    }

    static ObjectNode resourcesOf(ObjectNode resources) {
        ObjectNode rest = RestBody.object();
        boolean listed = resources.get("docker_args") instanceof ArrayNode;
        RestBody.copyCamel(resources, rest, "instance_count", "instance_type", "max_instance_count");
        if (!listed) {
            RestBody.copyCamel(resources, rest, "locations");
        }
        ObjectNode properties = rest.putObject("properties");
        if (resources.get("properties") instanceof ObjectNode given) {
            ComponentRendering.compact(given).properties().forEach(entry -> {
                JsonNode value = entry.getValue() instanceof ObjectNode inner
                        ? ComponentRendering.compact(inner)
                        : entry.getValue();
                if (!value.isObject() || !value.isEmpty()) {
                    String key = entry.getKey();
                    properties.set(COMPUTE_PROPERTIES.getOrDefault(key.toLowerCase(Locale.ROOT), key), value);
                }
            });
        }
        RestBody.set(rest, listed ? "dockerArgsList" : "dockerArgs", resources.get("docker_args"));
        RestBody.copyCamel(resources, rest, "shm_size");
        return rest;
    }

    /** Environment variables: text, whatever they look like. */
    static ObjectNode variables(CheckedSpec spec) {
        return spec.printed("environment_variables");
    }

    static @Nullable ObjectNode limits(@Nullable ObjectNode limits, String type) {
        if (limits == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        rest.put("jobLimitsType", type);
        RestBody.put(rest, "timeout", RestBody.seconds(limits.get("timeout")));
        return rest;
    }

    static @Nullable ObjectNode queueSettings(@Nullable ObjectNode settings) {
        if (settings == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        String tier = CheckedSpec.text(settings, "job_tier");
        RestBody.put(rest, "jobTier", tier == null ? null : RestBody.pascal(tier.toLowerCase(Locale.ROOT)));
        String priority = CheckedSpec.text(settings, "priority");
        if (priority != null) {
            rest.put("priority", PRIORITIES.get(priority.toLowerCase(Locale.ROOT)));
        }
        return rest;
    }

    static @Nullable ObjectNode services(@Nullable ObjectNode services) {
        if (services == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        services.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode service) {
                rest.set(entry.getKey(), service(service));
            }
        });
        return rest;
    }

    private static ObjectNode service(ObjectNode service) {
        ObjectNode rest = RestBody.object();
        String type = CheckedSpec.text(service, "type");
        // Without a type the first service that has the keys: the official client tries them in this order.
        String untyped = service.has("log_dir") ? "tensor_board" : "ssh";
        RestBody.put(rest, "jobServiceType", SERVICES.get(type == null ? untyped : type));
        RestBody.set(rest, "port", service.get("port"));
        String nodes = CheckedSpec.text(service, "nodes");
        if (nodes != null) {
            rest.putObject("nodes").put("nodesValueType", RestBody.pascal(nodes));
        }
        ObjectNode properties = RestBody.texts(service.get("properties"));
        RestBody.set(properties, "sshPublicKeys", service.get("ssh_public_keys"));
        RestBody.set(properties, "logDir", service.get("log_dir"));
        if (!properties.isEmpty()) {
            rest.set("properties", properties);
        }
        return rest;
    }
}
