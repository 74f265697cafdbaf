package io.github.amlmaven.core.cloud;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.amlmaven.core.content.WholeFile;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes {@code .azureml/config.json}, in the form that {@code az ml folder attach} and the Python SDKs use:
 * {@code {"subscription_id","resource_group","workspace_name"}}.
 */
public final class WorkspaceConfig {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private WorkspaceConfig() {}

    /** The file of a folder. */
    public static Path fileIn(Path folder) {
        return folder.resolve(".azureml").resolve("config.json");
    }

    /**
     * Writes the file; other keys of an existing file stay.
     *
     * @return whether anything changed
     */
    public static boolean write(Path file, WorkspaceId workspace) {
        try {
            ObjectNode json = JSON.createObjectNode();
            String before = "";
            if (Files.isRegularFile(file)) {
                before = Files.readString(file);
                if (JSON.readTree(before) instanceof ObjectNode existing) {
                    json = existing;
                }
            }
            ObjectNode old = json.deepCopy();
            json.put("subscription_id", workspace.subscriptionId())
                    .put("resource_group", workspace.resourceGroup())
                    .put("workspace_name", workspace.workspace());
            if (!before.isEmpty() && old.equals(json)) {
                return false;
            }
            WholeFile.write(file, JSON.writeValueAsString(json) + "\n");
            return true;
        } catch (IOException failure) {
            throw AmlException.of(ErrorCode.LOCAL_IO, "Cannot write " + file + ": " + failure.getMessage())
                    .cause(failure)
                    .remedy("Delete the file when it is broken, and check the folder's permissions.")
                    .build();
        }
    }
}
