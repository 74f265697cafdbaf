package io.github.amlmaven.core.registry;

import java.util.Locale;

/**
 * The role by which an identity pulls an image.
 *
 * @param identity the ARM id of a user-assigned identity
 * @param image the image's name with its registry
 */
public record PullGrant(String identity, String image) {

    /** What to type in a POSIX shell to give it; the ids that it takes are asked for when it runs. */
    public String command() {
        return "az role assignment create --assignee-object-id \"$(az identity show --ids " + identity
                + " --query principalId -o tsv)\" --assignee-principal-type ServicePrincipal --role AcrPull --scope \"$(az acr"
                + " show --name " + registry() + " --query id -o tsv)\"";
    }

    private String registry() {
        String server = image.substring(0, Math.max(0, image.indexOf('/'))).toLowerCase(Locale.ROOT);
        return server.contains(".azurecr.") ? server.substring(0, server.indexOf('.')) : "<registry>";
    }
}
