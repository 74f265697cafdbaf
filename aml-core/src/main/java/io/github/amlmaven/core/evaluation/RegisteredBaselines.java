package io.github.amlmaven.core.evaluation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The versions of one model in the workspace, with the metrics that {@code aml:register} has written as tags. */
public final class RegisteredBaselines implements Baselines {

    private static final String PREFIX = "metric.";

    private final AzureClients clients;
    private final String model;

    public RegisteredBaselines(AzureClients clients, String model) {
        this.clients = clients;
        this.model = model;
    }

    @Override
    public Optional<Baseline> find(Against against) {
        if (against instanceof Against.Version named) {
            return Optional.of(baseline(version(named.version())));
        }
        if (against instanceof Against.Tag tag) {
            return newest(version -> tag.value().equals(tag(version, tag.name())));
        }
        if (against instanceof Against.Production) {
            return newest(version -> "production"
                            .equalsIgnoreCase(version.at("/properties/stage").asText())
                    || "production".equalsIgnoreCase(tag(version, "stage")));
        }
        return Optional.empty();
    }

    /** A version that is named must be there. */
    private ObjectNode version(String version) {
        return clients.arm()
                .find(container() + "/versions/" + version, ApiVersions.MACHINE_LEARNING)
                .orElseThrow(() -> AmlException.of(
                                ErrorCode.EVALUATION_UNDECIDED,
                                "Model " + model + " has no version " + version + " to be compared with")
                        .build());
    }

    private Optional<Baseline> newest(Predicate<ObjectNode> wanted) {
        try {
            return clients.arm()
                    .list(
                            container() + "/versions",
                            ApiVersions.MACHINE_LEARNING,
                            Map.of("$orderBy", "createdtime desc"))
                    .filter(version -> !version.at("/properties/isArchived").asBoolean())
                    .filter(wanted)
                    .findFirst()
                    .map(this::baseline);
        } catch (AmlException absent) {
            if (absent.code() == ErrorCode.ARM_NOT_FOUND) {
                return Optional.empty();
            }
            throw absent;
        }
    }

    private Baseline baseline(ObjectNode version) {
        Map<String, Double> metrics = new HashMap<>();
        for (Map.Entry<String, JsonNode> tag : version.at("/properties/tags").properties()) {
            if (tag.getKey().startsWith(PREFIX)) {
                metrics.put(tag.getKey().substring(PREFIX.length()), number(version, tag));
            }
        }
        return new Baseline(name(version), metrics);
    }

    private double number(ObjectNode version, Map.Entry<String, JsonNode> tag) {
        try {
            return Double.parseDouble(tag.getValue().asText());
        } catch (NumberFormatException e) {
            throw AmlException.of(
                            ErrorCode.EVALUATION_UNDECIDED,
                            "The tag " + tag.getKey() + " of model " + name(version) + " is no number: '"
                                    + tag.getValue().asText() + "'")
                    .cause(e)
                    .build();
        }
    }

    private String name(ObjectNode version) {
        return model + ":" + version.path("name").asText();
    }

    private String container() {
        return clients.workspace().armId() + "/models/" + model;
    }

    private static String tag(ObjectNode version, String name) {
        return version.path("properties").path("tags").path(name).asText();
    }
}
