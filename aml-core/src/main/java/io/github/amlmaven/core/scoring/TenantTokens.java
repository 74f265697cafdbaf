package io.github.amlmaven.core.scoring;

import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import io.github.amlmaven.core.arm.ApiVersions;
import io.github.amlmaven.core.arm.ArmErrors;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Finds out what tokens of the workspace's tenant look like, and what a server must know to check them. */
public final class TenantTokens {

    private final AzureClients clients;

    public TenantTokens(AzureClients clients) {
        this.clients = clients;
    }

    /**
     * The tokens that a server is to accept.
     *
     * @param tenant the tenant; empty for that of the workspace's subscription
     */
    public EntraTokens of(Optional<String> tenant, List<String> audiences, List<String> roles) {
        String chosen = tenant.orElseGet(() -> clients.arm()
                .get("/subscriptions/" + clients.workspace().subscriptionId(), ApiVersions.SUBSCRIPTIONS)
                .path("tenantId")
                .asText());
        String authority = clients.endpoints().authority().toString();
        EntraTokens tokens = EntraTokens.ofTenant(authority, chosen, audiences, roles, Optional.empty());
        // A container does not trust the certificate of a local cloud, and may not reach it at all.
        return clients.endpoints().isLocal()
                ? EntraTokens.ofTenant(authority, chosen, audiences, roles, Optional.of(keys(tokens.keysUrl())))
                : tokens;
    }

    private String keys(String address) {
        try (HttpResponse answer =
                clients.anonymousPipeline().sendSync(new HttpRequest(HttpMethod.GET, address), Context.NONE)) {
            if (answer.getStatusCode() != 200) {
                throw AmlException.of(
                                ErrorCode.CONFIGURATION_INVALID,
                                "The tenant's keys cannot be read: GET " + address + " -> " + answer.getStatusCode())
                        .remedy("Check <entraTenantId> (-Daml.deploy.entraTenantId).")
                        .build();
            }
            return answer.getBodyAsBinaryData().toString();
        } catch (RuntimeException e) {
            throw ArmErrors.ofFailure("read the tenant's keys at " + address, e);
        }
    }
}
