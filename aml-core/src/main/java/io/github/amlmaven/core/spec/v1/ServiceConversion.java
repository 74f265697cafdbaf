package io.github.amlmaven.core.spec.v1;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.error.Problem;
import io.github.amlmaven.core.spec.yaml.SpecDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An inference and a deployment configuration ({@code az ml model deploy --ic --dc}) as an online endpoint and its
 * deployment: Kubernetes for AKS, managed for container instances and this machine.
 *
 * <p>Source: https://learn.microsoft.com/azure/machine-learning/v1/reference-azure-machine-learning-cli#deployment-configuration-schema
 */
public final class ServiceConversion {

    /** Sizes of managed endpoints: cores, GiB. */
    private record VmSize(String name, double cores, double memory) {}

    private static final List<VmSize> SIZES = List.of(
            new VmSize("Standard_DS2_v2", 2, 7),
            new VmSize("Standard_DS3_v2", 4, 14),
            new VmSize("Standard_DS4_v2", 8, 28),
            new VmSize("Standard_DS5_v2", 16, 56),
            new VmSize("Standard_E32s_v3", 32, 256));

    private final V1Node config;
    private final ServiceNames names;
    private final Notes endpointNotes = new Notes();
    private final Notes notes = new Notes(endpointNotes.reads());

    private ServiceConversion(SpecDocument document, ServiceNames names) {
        this.config = V1Node.of(document, notes.reads());
        this.names = names;
    }

    /**
     * The two files of a service.
     *
     * @param kind {@code managed} or {@code kubernetes}
     */
    public record Service(String kind, Converted endpoint, Converted deployment) {

        public List<Problem> problems() {
            List<Problem> all = new ArrayList<>(endpoint.problems());
            all.addAll(deployment.problems());
            return all;
        }
    }

    /**
     * Converts a service.
     *
     * @param base the folder that paths of the result start from
     */
    public static Service of(
            SpecDocument deployment, SpecDocument inference, ServiceNames names, V1Files files, Path base) {
        return new ServiceConversion(deployment, names).convert(inference, files, base);
    }

    private Service convert(SpecDocument inference, V1Files files, Path base) {
        boolean kubernetes = config.word("computeType").startsWith("aks");
        ObjectNode endpoint = JsonNodeFactory.instance.objectNode();
        endpoint.put("name", names.service());
        if (kubernetes) {
            endpoint.put("compute", RunSettings.compute(names.compute()));
            endpointNotes.comment(
                    "compute",
                    config.location("computeType"),
                    "the AKS cluster must have the Azure ML extension and be attached as Kubernetes compute");
        }
        authentication(endpoint);
        config.text("description").ifPresent(text -> endpoint.put("description", text));
        for (String key : List.of("tags", "properties")) {
            if (config.value(key) instanceof ObjectNode values && !values.isEmpty()) {
                endpoint.set(key, values);
            }
        }
        ObjectNode deployment = JsonNodeFactory.instance.objectNode();
        deployment.put("name", "blue").put("endpoint_name", names.service());
        if (kubernetes) {
            deployment.put("type", "kubernetes");
        }
        deployment.put("model", names.model());
        notes.comment("model", config.location(), "v1 took it from the command line (-m)");
        InferenceConversion code = new InferenceConversion(inference, files, base, notes);
        code.apply(deployment);
        if (config.isTrue("appInsightsEnabled")) {
            deployment.put("app_insights_enabled", true);
        }
        switch (config.word("computeType")) {
            case "aks", "akscompute" -> kubernetes(deployment);
            case "aci", "local" -> managed(deployment, code.needsGpu());
            default ->
                notes.problem(
                        ErrorCode.SPEC_UNSUPPORTED,
                        config.location("computeType"),
                        "computeType " + config.text("computeType").orElse("")
                                + " has no equivalent; use a managed or Kubernetes online endpoint, with 'traffic' for what"
                                + " were versions of an AKS endpoint");
        }
        return new Service(
                kubernetes ? "kubernetes" : "managed", endpointNotes.part(endpoint), notes.result(deployment));
    }

    private void authentication(ObjectNode endpoint) {
        boolean token = config.isTrue("tokenAuthEnabled");
        endpoint.put("auth_mode", token ? "aml_token" : "key");
        boolean aci = config.word("computeType").equals("aci");
        if (config.has("authEnabled") ? !token && !config.isTrue("authEnabled") : aci) {
            endpointNotes.comment(
                    "auth_mode",
                    config.location("authEnabled"),
                    "v1 served without authentication"
                            + (config.has("authEnabled") ? "" : ", which was the default of container instances")
                            + "; an endpoint always has it, so callers need a key from 'mvn aml:keys'");
        }
        if (config.has("keys")) {
            endpointNotes.leftOut(
                    config.location("keys"),
                    "keys are not written down in v2: the endpoint makes its own; 'mvn aml:keys' reads and renews them");
        }
        if (config.isTrue("sslEnabled")) {
            endpointNotes.comment(
                    "name",
                    config.location("sslEnabled"),
                    "sslEnabled: every managed endpoint is served over TLS, with Azure's certificate");
            for (String key : List.of("sslCertificate", "sslKey", "cname")) {
                if (config.has(key)) {
                    endpointNotes.leftOut(
                            config.location(key),
                            "'" + key + "' has no equivalent: an endpoint's name and certificate are Azure's; put API"
                                    + " Management or Front Door before it for a name of your own");
                }
            }
        }
        if (config.has("location")) {
            endpointNotes.leftOut(
                    config.location("location"),
                    "an endpoint is in the region of its workspace; for this one use a workspace there"
                            + (aci ? ", or aml:deploy-aci, which has <location>" : ""));
        }
        if (config.has("dnsNameLabel")) {
            endpointNotes.leftOut(
                    config.location("dnsNameLabel"),
                    "an endpoint's host is <name>.<region>.inference.ml.azure.com; choose its name instead, or use"
                            + " aml:deploy-aci, which has <dnsNameLabel>");
        }
        if (config.has("namespace")) {
            endpointNotes.leftOut(
                    config.location("namespace"),
                    "the namespace is that of the attached cluster: 'az ml compute attach --namespace'");
        }
        if (config.has("port")) {
            endpointNotes.leftOut(
                    config.location("port"),
                    "on this machine 'mvn aml:deploy-managed -Daml.cloud=local' serves on a free port and says which");
        }
    }

    private void managed(ObjectNode deployment, boolean gpu) {
        V1Node wanted = config.child("containerResourceRequirements");
        double cores = decimal(wanted, "cpu", 0.1);
        double memory = decimal(wanted, "memoryInGB", 0.5);
        String size = gpu
                ? "Standard_NC4as_T4_v3"
                : SIZES.stream()
                        .filter(vm -> vm.cores() >= cores && vm.memory() >= memory)
                        .map(VmSize::name)
                        .findFirst()
                        .orElse("Standard_E32s_v3");
        deployment.put("instance_type", size);
        notes.comment(
                "instance_type",
                wanted.location(),
                config.word("computeType").equals("local")
                        ? "v1 served on this machine"
                        : "the smallest usual size for cpu: " + plain(cores) + ", memoryInGB: " + plain(memory)
                                + (gpu ? ", and a GPU" : ""));
        deployment.put("instance_count", 1);
    }

    private void kubernetes(ObjectNode deployment) {
        V1Node wanted = config.child("containerResourceRequirements");
        ObjectNode requests = deployment.putObject("resources").putObject("requests");
        requests.put("cpu", plain(decimal(wanted, "cpu", 0.1)));
        requests.put("memory", plain(decimal(wanted, "memoryInGB", 0.5)) + "Gi");
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        wanted.text("cpuLimit").ifPresent(cpu -> limits.put("cpu", cpu));
        wanted.text("memoryInGBLimit").ifPresent(memory -> limits.put("memory", memory + "Gi"));
        if (!limits.isEmpty()) {
            deployment.withObject("/resources").set("limits", limits);
        }
        config.number("gpuCores").ifPresent(gpus -> requests.put("nvidia.com/gpu", String.valueOf(gpus)));
        scale(deployment);
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        config.number("scoringTimeoutMs").ifPresent(time -> settings.put("request_timeout_ms", time));
        config.number("maxConcurrentRequestsPerContainer")
                .ifPresent(number -> settings.put("max_concurrent_requests_per_instance", number));
        config.number("maxQueueWaitMs").ifPresent(time -> settings.put("max_queue_wait_ms", time));
        if (!settings.isEmpty()) {
            deployment.set("request_settings", settings);
        }
        V1Node probe = config.child("livenessProbeRequirements");
        if (!probe.isEmpty()) {
            ObjectNode liveness = deployment.putObject("liveness_probe");
            copy(probe, "periodSeconds", liveness, "period");
            copy(probe, "initialDelaySeconds", liveness, "initial_delay");
            copy(probe, "timeoutSeconds", liveness, "timeout");
            copy(probe, "successThreshold", liveness, "success_threshold");
            copy(probe, "failureThreshold", liveness, "failure_threshold");
        }
        if (config.child("dataCollection").isTrue("storageEnabled")) {
            notes.leftOut(
                    config.location("dataCollection"),
                    "'dataCollection' took what the script collected with azureml-monitoring; add 'data_collector' with"
                            + " model_inputs and model_outputs, and azureml-ai-monitoring to the script");
        }
    }

    private void scale(ObjectNode deployment) {
        V1Node scaler = config.child("autoScaler");
        boolean auto = scaler.has("autoscaleEnabled")
                ? scaler.isTrue("autoscaleEnabled")
                : config.number("numReplicas").orElse(0) <= 0;
        if (!auto) {
            deployment.put("instance_count", config.number("numReplicas").orElse(1));
            return;
        }
        deployment
                .putObject("scale_settings")
                .put("type", "target_utilization")
                .put("min_instances", scaler.number("minReplicas").orElse(1))
                .put("max_instances", scaler.number("maxReplicas").orElse(10))
                .put("polling_interval", scaler.number("refreshPeriodInSeconds").orElse(1))
                .put(
                        "target_utilization_percentage",
                        scaler.number("targetUtilization").orElse(70));
        if (scaler.isEmpty()) {
            notes.comment("scale_settings", config.location(), "without numReplicas v1 scaled between 1 and 10");
        }
    }

    private static void copy(V1Node from, String key, ObjectNode to, String name) {
        from.number(key).ifPresent(number -> to.put(name, number));
    }

    private static double decimal(V1Node node, String key, double otherwise) {
        return node.text(key)
                .filter(text -> text.matches("\\d+(\\.\\d+)?"))
                .map(Double::valueOf)
                .orElse(otherwise);
    }

    static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }

    /**
     * A configuration of a container instance as the POM's configuration of {@code aml:deploy-aci}; empty for others.
     *
     * @param plugin the plugin's coordinates as group and artifact
     */
    public static String pom(SpecDocument document, String service, String plugin) {
        V1Node config = V1Node.of(document, new ReadKeys());
        if (!config.word("computeType").equals("aci")) {
            return "";
        }
        V1Node wanted = config.child("containerResourceRequirements");
        List<String> lines = new ArrayList<>();
        lines.add("<name>" + service + "</name>");
        lines.add("<cpu>" + plain(decimal(wanted, "cpu", 0.1)) + "</cpu>");
        lines.add("<memoryGiB>" + plain(decimal(wanted, "memoryInGB", 0.5)) + "</memoryGiB>");
        config.text("location").ifPresent(region -> lines.add("<location>" + region + "</location>"));
        config.text("dnsNameLabel").ifPresent(label -> lines.add("<dnsNameLabel>" + label + "</dnsNameLabel>"));
        lines.add("<authEnabled>" + config.isTrue("authEnabled") + "</authEnabled>");
        if (config.isTrue("sslEnabled")) {
            lines.add("<!-- sslEnabled: a container group has no TLS; put Application Gateway before it -->");
        }
        String[] coordinates = plugin.split(":", -1);
        return """
                <!-- 'mvn package aml:deploy-aci' deploys what v1 deployed with %s -->
                <plugin>
                  <groupId>%s</groupId>
                  <artifactId>%s</artifactId>
                  <configuration>
                    %s
                  </configuration>
                </plugin>
                """.formatted(
                        document.file().getFileName(), coordinates[0], coordinates[1], String.join("\n    ", lines));
    }
}
