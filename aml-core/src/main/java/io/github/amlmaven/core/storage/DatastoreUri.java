package io.github.amlmaven.core.storage;

import io.github.amlmaven.core.cloud.WorkspaceId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a datastore. Both of AML's forms are read: {@code azureml://datastores/{ds}/paths/{p}} and
 * {@code azureml://subscriptions/{s}/resourcegroups/{rg}/workspaces/{ws}/datastores/{ds}/paths/{p}} (azure-ai-ml
 * {@code _utils/_storage_utils.py}).
 *
 * @param datastore the datastore's name
 * @param path inside its container, without a leading slash
 */
public record DatastoreUri(String datastore, String path) {

    private static final Pattern FORM = Pattern.compile(
            "azureml://(?:subscriptions/[^/]+/resource[gG]roups/[^/]+/(?:providers/[^/]+/)?workspaces/[^/]+/)?"
                    + "datastores/([^/]+)(?:/paths(?:/(.*))?)?");

    /** Empty when the text is something else. */
    public static Optional<DatastoreUri> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String path = matcher.group(2);
        return Optional.of(new DatastoreUri(matcher.group(1), path == null ? "" : path));
    }

    /** The form without the workspace, used for data. */
    public String shortForm() {
        return "azureml://datastores/" + datastore + "/paths/" + path;
    }

    /** The form with the workspace, used for models; {@code resourcegroups} is lower-case there. */
    public String longForm(WorkspaceId workspace) {
        return "azureml://subscriptions/" + workspace.subscriptionId() + "/resourcegroups/" + workspace.resourceGroup()
                + "/workspaces/" + workspace.workspace() + "/datastores/" + datastore + "/paths/" + path;
    }

    /** A place below this one. */
    public DatastoreUri resolve(String relative) {
        if (relative.isEmpty()) {
            return this;
        }
        return new DatastoreUri(
                datastore, path.isEmpty() || path.endsWith("/") ? path + relative : path + "/" + relative);
    }
}
