package io.github.amlmaven.emulator.machinelearning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code azureml://jobs/{job}/outputs/{output}/paths/{path}}: a model made of a job's output is stored under the place
 * where that output is.
 */
final class JobOutputUri {

    private static final Pattern FORM = Pattern.compile("azureml://jobs/([^/]+)/outputs/([^/]+)(?:/paths/?(.*))?");

    private final ResourceStore resources;

    JobOutputUri(ResourceStore resources) {
        this.resources = resources;
    }

    /** Replaces the model's URI by the place of the output, where the job tells one, and notes the job. */
    void resolve(ResourceId workspace, ObjectNode properties) {
        Matcher matcher = FORM.matcher(properties.path("modelUri").asText());
        if (!matcher.matches()) {
            return;
        }
        String name = matcher.group(1);
        Optional<ObjectNode> job = resources.get(workspace.child("jobs", name));
        if (job.isEmpty()) {
            throw WorkspaceScope.userError("The job '" + name + "' of the model's path does not exist.");
        }
        JsonNode output = job.get().path("properties").path("outputs").path(matcher.group(2));
        String uri = output.path("uri").asText();
        if (!uri.isEmpty()) {
            String path = matcher.group(3) == null ? "" : matcher.group(3);
            properties.put("modelUri", uri.endsWith("/") || path.isEmpty() ? uri + path : uri + "/" + path);
        }
        if (properties.path("jobName").asText().isEmpty()) {
            properties.put("jobName", name);
        }
    }
}
