package io.github.amlmaven.core.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which workspace is meant: what the user says, then {@code .azureml/config.json} or {@code config.json} on
 * the way up from the project (as the Python SDKs look for it), then the {@code AZUREML_ARM_*} variables that AML's own
 * computes set. Nothing anywhere means the local cloud.
 */
public final class WorkspaceLocator {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A workspace and where it was found.
     *
     * @param workspace which one
     * @param source for {@code aml:whoami}: a file, or the name of the kind of configuration
     */
    public record Found(WorkspaceId workspace, String source) {}

    private final Map<String, String> environment;

    public WorkspaceLocator(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Locates the workspace. A value that the user gave wins over the same value of a file, so that one value can be
     * overridden alone.
     *
     * @param start the project's folder, or the working directory without a project
     * @return empty when no workspace is configured anywhere
     */
    public Optional<Found> locate(
            @Nullable String subscriptionId, @Nullable String resourceGroup, @Nullable String workspace, Path start) {
        if (subscriptionId != null && resourceGroup != null && workspace != null) {
            return Optional.of(new Found(new WorkspaceId(subscriptionId, resourceGroup, workspace), "configuration"));
        }
        Optional<Found> base = fromFile(start.toAbsolutePath().normalize()).or(this::fromEnvironment);
        if (base.isPresent()) {
            WorkspaceId id = base.get().workspace();
            return Optional.of(new Found(
                    new WorkspaceId(
                            subscriptionId == null ? id.subscriptionId() : subscriptionId,
                            resourceGroup == null ? id.resourceGroup() : resourceGroup,
                            workspace == null ? id.workspace() : workspace),
                    base.get().source()));
        }
        if (subscriptionId == null && resourceGroup == null && workspace == null) {
            return Optional.empty();
        }
        throw AmlException.of(
                        ErrorCode.WORKSPACE_NOT_CONFIGURED,
                        "The workspace is named only in part; there is no "
                                + Stream.of(
                                                subscriptionId == null ? "subscription id" : "",
                                                resourceGroup == null ? "resource group" : "",
                                                workspace == null ? "workspace name" : "")
                                        .filter(part -> !part.isEmpty())
                                        .collect(Collectors.joining(" and no ")))
                .build();
    }

    private static Optional<Found> fromFile(Path start) {
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            for (String name : new String[] {".azureml/config.json", "config.json"}) {
                Path file = folder.resolve(name);
                if (Files.isRegularFile(file)) {
                    Optional<Found> found = read(file, name.startsWith("."));
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** A plain {@code config.json} may belong to anything: only one with the three keys counts. */
    private static Optional<Found> read(Path file, boolean ours) {
        try {
            JsonNode json = JSON.readTree(Files.readString(file));
            String subscription = json.path("subscription_id").asText("");
            String group = json.path("resource_group").asText("");
            String workspace = json.path("workspace_name").asText("");
            if (!subscription.isBlank() && !group.isBlank() && !workspace.isBlank()) {
                return Optional.of(new Found(new WorkspaceId(subscription, group, workspace), file.toString()));
            }
            if (ours) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                file + " lacks subscription_id, resource_group or workspace_name")
                        .remedy("Write it anew with 'mvn aml:attach'.")
                        .build();
            }
            return Optional.empty();
        } catch (JsonProcessingException notJson) {
            if (!ours) {
                return Optional.empty();
            }
            throw AmlException.of(
                            ErrorCode.CONFIGURATION_INVALID, file + " is not JSON: " + notJson.getOriginalMessage())
                    .remedy("Write it anew with 'mvn aml:attach'.")
                    .build();
        } catch (IOException unreadable) {
            throw AmlException.of(ErrorCode.LOCAL_IO, file + " cannot be read")
                    .cause(unreadable)
                    .build();
        }
    }

    private Optional<Found> fromEnvironment() {
        String subscription = environment.getOrDefault("AZUREML_ARM_SUBSCRIPTION", "");
        String group = environment.getOrDefault("AZUREML_ARM_RESOURCEGROUP", "");
        String workspace = environment.getOrDefault("AZUREML_ARM_WORKSPACE_NAME", "");
        return subscription.isBlank() || group.isBlank() || workspace.isBlank()
                ? Optional.empty()
                : Optional.of(new Found(
                        new WorkspaceId(subscription, group, workspace), "environment variables AZUREML_ARM_*"));
    }
}
