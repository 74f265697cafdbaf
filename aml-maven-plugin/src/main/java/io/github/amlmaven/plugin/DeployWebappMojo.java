package io.github.amlmaven.plugin;

import io.github.amlmaven.core.appservice.SiteKind;
import io.github.amlmaven.core.appservice.SiteRequest;
import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.progress.Progress;
import io.github.amlmaven.core.registry.ImageName;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Deploys the scoring image to Azure App Service (Web App for containers) and waits until the model answers. With
 * {@code -Daml.webapp.slot} it goes to a deployment slot, which serves beside production under an address of its own; with
 * {@code -Daml.webapp.swap} that slot then changes places with production, without an outage, and only when its model
 * answers. When nothing has changed since the last deployment, nothing is written. All slots have the same keys; they are in a
 * file that only its owner can read, whose name is the output {@code keysFile}.
 */
@Mojo(name = "deploy-webapp", requiresProject = false, threadSafe = true)
public final class DeployWebappMojo extends AbstractSiteMojo {

    /**
     * The App Service plan: a name in the app's resource group, or an ARM id. One that is not there is created. Default: the
     * app's name with {@code -plan}.
     */
    @Parameter(property = "aml.webapp.plan")
    private @Nullable String plan;

    /** The size of a plan that must be created. Slots need {@code S1} or larger. */
    @Parameter(property = "aml.webapp.sku", defaultValue = "B1")
    private String sku;

    /** The deployment slot. Default: production. The app must be there before it can have a slot. */
    @Parameter(property = "aml.webapp.slot")
    private @Nullable String slot;

    /** Swaps the slot with production once its model answers. What was in production is in the slot then. */
    @Parameter(property = "aml.webapp.swap", defaultValue = "false")
    private boolean swap;

    /** The port that the server listens on in the container ({@code WEBSITES_PORT}); callers use 443. */
    @Parameter(property = "aml.deploy.port", defaultValue = "5001")
    private int port;

    /** What the platform asks once a minute to tell a healthy instance from a broken one. */
    @Parameter(property = "aml.webapp.healthCheckPath", defaultValue = "/")
    private String healthCheckPath;

    /** Whether plain http is redirected to https. */
    @Parameter(property = "aml.webapp.httpsOnly", defaultValue = "true")
    private boolean httpsOnly;

    /** The oldest TLS version that the app speaks. */
    @Parameter(property = "aml.webapp.minTlsVersion", defaultValue = "1.2")
    private String minTlsVersion;

    @Override
    SiteRequest request(AzureClients clients, ImageName image, Progress progress) {
        return request(
                clients,
                image,
                new Hosting(plan, sku, slot, swap, httpsOnly, minTlsVersion),
                new SiteKind.WebApp(port, healthCheckPath),
                auth(keyFileName(), clients),
                progress);
    }
}
