package io.github.amlmaven.plugin;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.cloud.CredentialChain;
import io.github.amlmaven.core.cloud.CredentialReport;
import io.github.amlmaven.core.cloud.TokenIdentity;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.plugin.record.GoalOutcome;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Tells under which identity goals would run and in which workspace: what each link of the credential chain said, whom the
 * token speaks for, cloud and workspace. Never shows a token. Works without a project.
 */
@Mojo(name = "whoami", requiresProject = false, aggregator = true, threadSafe = true)
public final class WhoamiMojo extends AbstractWorkspaceMojo {

    @Override
    protected GoalOutcome run(Progress progress) {
        try (AzureClients clients = connect(progress)) {
            String source = clients.endpoints().isLocal()
                    ? "the emulator"
                    : locate().map(found -> found.source()).orElse("configuration");
            progress.info("Cloud      " + clients.endpoints().name() + " ("
                    + clients.endpoints().resourceManager() + ")");
            progress.info("Workspace  " + clients.workspace().workspace() + " in "
                    + clients.workspace().resourceGroup() + " of "
                    + clients.workspace().subscriptionId() + ", from "
                    + source);
            CredentialReport report = ((CredentialChain) clients.credential())
                    .report(clients.endpoints().managementAudience());
            report.links().forEach(link -> progress.info("  " + link));
            TokenIdentity identity = report.identity()
                    .orElseThrow(() -> AmlException.of(
                                    ErrorCode.CREDENTIAL_UNAVAILABLE, "No credential of the chain could get a token")
                            .remedy("Configure one of the links listed above.")
                            .build());
            return GoalOutcome.done(
                    "You are "
                            + (identity.userName().isEmpty()
                                    ? "application " + identity.applicationId()
                                    : identity.userName())
                            + " of tenant " + identity.tenantId() + " (" + identity.signIn() + ")",
                    outputs(clients, identity));
        }
    }

    private static Map<String, Object> outputs(AzureClients clients, TokenIdentity identity) {
        Map<String, Object> outputs = new LinkedHashMap<>();
        outputs.put("cloud", clients.endpoints().name());
        outputs.put("subscriptionId", clients.workspace().subscriptionId());
        outputs.put("resourceGroup", clients.workspace().resourceGroup());
        outputs.put("workspace", clients.workspace().workspace());
        outputs.put("tenantId", identity.tenantId());
        outputs.put("applicationId", identity.applicationId());
        outputs.put("objectId", identity.objectId());
        outputs.put("userName", identity.userName());
        outputs.put("signIn", identity.signIn());
        outputs.put("appidacr", identity.credentialClass());
        return outputs;
    }
}
