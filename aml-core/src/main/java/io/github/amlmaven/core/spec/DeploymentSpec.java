package io.github.amlmaven.core.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A deployment of a model, online (managed or on Kubernetes) or batch, or of a pipeline component, which is batch.
 *
 * @param spec the checked file
 * @param code null when the environment or an MLflow model brings it
 * @param environment null when an MLflow model brings it
 * @param component the pipeline component; null for a model's deployment
 */
public record DeploymentSpec(
        CheckedSpec spec,
        @Nullable ModelUse model,
        @Nullable AssetReference code,
        @Nullable EnvironmentUse environment,
        @Nullable ComponentUse component) {

    public String name() {
        return spec.required("name");
    }

    /** The endpoint; null when the caller must say it. */
    public @Nullable String endpointName() {
        return spec.text("endpoint_name");
    }

    /** Whether it belongs to a batch endpoint. */
    public boolean isBatch() {
        return spec.kind().name().equals("batch-deployment");
    }

    /**
     * Refuses a pipeline that could never run: one whose steps name no compute, when the deployment has no default for them.
     *
     * @throws AmlException {@link ErrorCode#SPEC_MISSING_KEY}
     */
    public void checkCompute() {
        ObjectNode settings = spec.object("settings");
        boolean without = settings == null || CheckedSpec.text(settings, "default_compute") == null;
        if (without
                && component instanceof ComponentUse.Inline inline
                && inline.component() instanceof PipelineComponentSpec pipeline
                && pipeline.needsDefaultCompute()) {
            throw AmlException.of(
                            ErrorCode.SPEC_MISSING_KEY,
                            spec.file().getFileName() + ": a step of the pipeline has no compute and the deployment no"
                                    + " default")
                    .remedy("Set settings.default_compute in " + spec.file().getFileName() + ".")
                    .build();
        }
    }

    /**
     * The body of the deployment's PUT.
     *
     * @param location the workspace's
     */
    public ObjectNode toBody(AssetResolver assets, String location) {
        if (component != null) {
            return new PipelineDeploymentBody(spec, component).of(assets, location);
        }
        ObjectNode body = RestBody.object();
        body.set("tags", spec.printed("tags"));
        body.put("location", location);
        ObjectNode properties = body.putObject("properties");
        ObjectNode configuration = spec.object("code_configuration");
        if (code != null && configuration != null) {
            ObjectNode rest = properties.putObject("codeConfiguration");
            rest.put("codeId", assets.code(code));
            RestBody.copyCamel(configuration, rest, "scoring_script");
        }
        RestBody.put(properties, "description", spec.text("description"));
        if (environment != null) {
            properties.put("environmentId", environment.resolve(assets));
        }
        properties.set("properties", spec.printed("properties"));
        if (isBatch()) {
            batch(properties, assets);
        } else {
            online(properties, assets);
            ObjectNode sku = body.putObject("sku").put("name", "Default");
            RestBody.set(sku, "capacity", spec.content().get("instance_count"));
        }
        return body;
    }

    private void online(ObjectNode rest, AssetResolver assets) {
        boolean kubernetes = "kubernetes".equals(spec.text("type"));
        rest.set("environmentVariables", spec.printed("environment_variables"));
        rest.put(
                "appInsightsEnabled",
                spec.content().path("app_insights_enabled").asBoolean());
        rest.put("endpointComputeType", kubernetes ? "Kubernetes" : "Managed");
        RestBody.put(rest, "instanceType", spec.text("instance_type"));
        if (model != null) {
            rest.put("model", model.resolve(assets));
        }
        RestBody.put(rest, "modelMountPath", spec.text("model_mount_path"));
        String egress = spec.text("egress_public_network_access");
        RestBody.put(rest, "egressPublicNetworkAccess", egress);
        for (String probe : new String[] {"liveness_probe", "readiness_probe", "startup_probe"}) {
            RestBody.set(rest, RestBody.camel(probe), probe(spec.object(probe)));
        }
        RestBody.set(rest, "requestSettings", requestSettings(spec.object("request_settings")));
        RestBody.set(rest, "scaleSettings", scaleSettings(spec.object("scale_settings")));
        RestBody.set(rest, "dataCollector", dataCollector(spec.object("data_collector")));
        RestBody.set(rest, "containerResourceRequirements", containers(spec.object("resources")));
    }

    private void batch(ObjectNode rest, AssetResolver assets) {
        String compute = spec.text("compute");
        if (compute != null) {
            rest.put("compute", assets.compute(compute));
        }
        if (model != null) {
            rest.putObject("model").put("referenceType", "Id").put("assetId", model.resolve(assets));
        }
        ObjectNode nested = spec.object("settings");
        ObjectNode settings = nested == null ? spec.content() : nested;
        RestBody.copyCamel(
                settings,
                rest,
                "error_threshold",
                "max_concurrency_per_instance",
                "mini_batch_size",
                "output_file_name");
        String level = CheckedSpec.text(settings, "logging_level");
        RestBody.put(rest, "loggingLevel", level == null ? null : level.toLowerCase(Locale.ROOT));
        String action = CheckedSpec.text(settings, "output_action");
        RestBody.put(rest, "outputAction", action == null ? null : RestBody.pascal(action));
        if (settings.get("retry_settings") instanceof ObjectNode retry) {
            ObjectNode restRetry = rest.putObject("retrySettings");
            RestBody.copyCamel(retry, restRetry, "max_retries");
            RestBody.put(restRetry, "timeout", RestBody.seconds(retry.get("timeout")));
        }
        // Those of a typed deployment's settings may be absent; all others start empty.
        if (!"model".equals(spec.text("type")) || settings.get("environment_variables") instanceof ObjectNode) {
            rest.set("environmentVariables", RestBody.texts(settings.get("environment_variables")));
        }
        RestBody.set(rest, "resources", JobRendering.resources(spec.object("resources")));
    }

    private static @Nullable ObjectNode probe(@Nullable ObjectNode probe) {
        if (probe == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        for (String key : new String[] {"initial_delay", "period", "timeout"}) {
            RestBody.put(rest, RestBody.camel(key), RestBody.seconds(probe.get(key)));
        }
        RestBody.copyCamel(probe, rest, "failure_threshold", "success_threshold");
        return rest;
    }

    private static @Nullable ObjectNode requestSettings(@Nullable ObjectNode settings) {
        if (settings == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        RestBody.put(rest, "requestTimeout", RestBody.milliseconds(settings.get("request_timeout_ms")));
        RestBody.copyCamel(settings, rest, "max_concurrent_requests_per_instance");
        RestBody.put(rest, "maxQueueWait", RestBody.milliseconds(settings.get("max_queue_wait_ms")));
        return rest;
    }

    private static @Nullable ObjectNode scaleSettings(@Nullable ObjectNode settings) {
        if (settings == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        rest.put("scaleType", RestBody.pascal(settings.path("type").asText("default")));
        RestBody.copyCamel(settings, rest, "min_instances", "max_instances", "target_utilization_percentage");
        RestBody.put(rest, "pollingInterval", RestBody.seconds(settings.get("polling_interval")));
        return rest;
    }

    private static @Nullable ObjectNode dataCollector(@Nullable ObjectNode collector) {
        if (collector == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        ObjectNode collections = rest.putObject("collections");
        JsonNode rate = collector.get("sampling_rate");
        collector.path("collections").properties().forEach(entry -> {
            JsonNode declared = entry.getValue();
            ObjectNode collection = collections.putObject(entry.getKey());
            RestBody.set(collection, "clientId", declared.get("client_id"));
            boolean enabled = declared.path("enabled").asText().equalsIgnoreCase("true");
            collection.put("dataCollectionMode", enabled ? "enabled" : "disabled");
            RestBody.set(collection, "dataId", declared.get("data"));
            RestBody.set(collection, "samplingRate", rate);
        });
        RestBody.copyCamel(collector, rest, "rolling_rate");
        if (collector.get("request_logging") instanceof ObjectNode logging) {
            RestBody.copyCamel(logging, rest.putObject("requestLogging"), "capture_headers");
        }
        return rest;
    }

    private static @Nullable ObjectNode containers(@Nullable ObjectNode resources) {
        if (resources == null) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        RestBody.set(rest, "containerResourceLimits", container(resources.get("limits")));
        RestBody.set(rest, "containerResourceRequests", container(resources.get("requests")));
        return rest;
    }

    private static @Nullable ObjectNode container(@Nullable JsonNode given) {
        if (given == null || !given.isObject()) {
            return null;
        }
        ObjectNode rest = RestBody.object();
        RestBody.copyCamel((ObjectNode) given, rest, "cpu", "memory", "gpu");
        RestBody.set(rest, "gpu", given.get("nvidia.com/gpu"));
        return rest;
    }
}
