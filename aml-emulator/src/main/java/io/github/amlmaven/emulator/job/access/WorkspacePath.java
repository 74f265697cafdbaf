package io.github.amlmaven.emulator.job.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.emulator.arm.ResourceId;
import io.github.amlmaven.emulator.arm.ResourceStore;
import io.github.amlmaven.emulator.http.Exchange;
import io.github.amlmaven.emulator.http.HttpError;
import java.util.Optional;

/** The workspace in a request's path; ARM and the data planes write it alike. */
public final class WorkspacePath {

    public static final String TEMPLATE = "/subscriptions/{subscription}/resourceGroups/{group}/providers"
            + "/Microsoft.MachineLearningServices/workspaces/{workspace}";

    private WorkspacePath() {}

    /** The workspace's id in its own spelling; 404 when there is none. */
    public static ResourceId existing(Exchange exchange, ResourceStore resources) {
        ResourceId asked = new ResourceId("/subscriptions/" + exchange.variable("subscription") + "/resourceGroups/"
                + exchange.variable("group") + "/providers/Microsoft.MachineLearningServices/workspaces/"
                + exchange.variable("workspace"));
        Optional<ObjectNode> workspace = resources.get(asked);
        return workspace
                .map(document -> new ResourceId(document.path("id").asText(asked.toString())))
                .orElseThrow(() -> HttpError.arm(
                        404,
                        "ResourceNotFound",
                        "The Resource"
                                + " 'Microsoft.MachineLearningServices/workspaces/" + asked.name()
                                + "' under resource group '"
                                + exchange.variable("group") + "' was not found."));
    }
}
