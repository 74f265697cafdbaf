package io.github.amlmaven.emulator.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.management.Region;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.resources.ResourceManager;
import com.azure.resourcemanager.resources.models.ResourceGroup;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.AzureClients.Answer;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Witness: azure-resourcemanager-resources. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResourceManagerTest {

    private final Emulator emulator;
    private final AzureClients azure;
    private final ResourceManager manager;

    ResourceManagerTest(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
        manager = ResourceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile())
                .withSubscription(emulator.options().subscriptionId());
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    @Test
    void aResourceGroupIsMadeFoundListedAndDeleted() {
        ResourceGroup made = manager.resourceGroups()
                .define("rg1")
                .withRegion(Region.EUROPE_WEST)
                .withTag("team", "ml")
                .create();

        assertThat(made.provisioningState()).isEqualTo("Succeeded");
        assertThat(manager.resourceGroups().contain("rg1")).isTrue();
        assertThat(manager.resourceGroups().list())
                .extracting(ResourceGroup::name)
                .contains("rg1", "local");
        assertThat(azure.follow(HttpMethod.DELETE, made.id() + "?api-version=2021-04-01", ""))
                .isEqualTo("SUCCESSFULLY_COMPLETED");
        assertThat(manager.resourceGroups().contain("rg1")).isFalse();
    }

    @Test
    void aKeyVaultOfTheDefaultGroupIsAGenericResource() {
        assertThat(manager.genericResources().listByResourceGroup("local"))
                .extracting(resource -> resource.resourceType())
                .contains("vaults", "components");
        String id = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.KeyVault/vaults/kv-local";

        assertThat(manager.genericResources().getById(id, "2023-07-01").name()).isEqualTo("kv-local");
    }

    @Test
    void aMissingResourceIsAResourceNotFound() {
        String id = "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.KeyVault/vaults/none";

        assertThatThrownBy(() -> manager.genericResources().getById(id, "2023-07-01"))
                .isInstanceOfSatisfying(ManagementException.class, e -> {
                    assertThat(e.getResponse().getStatusCode()).isEqualTo(404);
                    assertThat(e.getValue().getCode()).isEqualTo("ResourceNotFound");
                });
    }

    @Test
    void groupSubscriptionAndVersionAreCheckedInArmsOrder() {
        String base = "/subscriptions/" + emulator.options().subscriptionId();

        assertThat(code(base + "/resourceGroups/none/providers/Microsoft.KeyVault/vaults/x"))
                .isEqualTo("404 ResourceGroupNotFound");
        assertThat(code("/subscriptions/11111111-0000-0000-0000-000000000000/resourceGroups"))
                .isEqualTo("404 SubscriptionNotFound");
        assertThat(code(base + "/resourceGroups?api-version=")).isEqualTo("400 MissingApiVersionParameter");
        assertThat(code(base + "/resourceGroups/local/providers/Microsoft.Nothing/things/x"))
                .isEqualTo("404 InvalidResourceType");
    }

    @Test
    void noTokenAndATokenForAnotherResourceAreRefusedWithAChallenge() {
        String url = emulator.endpoints().https() + "/subscriptions?api-version=2020-01-01";

        HttpResponse none = azure.http().sendSync(new HttpRequest(HttpMethod.GET, url), Context.NONE);
        HttpResponse other = azure.http()
                .sendSync(
                        new HttpRequest(HttpMethod.GET, url)
                                .setHeader(
                                        HttpHeaderName.AUTHORIZATION,
                                        "Bearer " + azure.token("https://ml.azure.com/.default")),
                        Context.NONE);

        assertThat(none.getStatusCode()).isEqualTo(401);
        assertThat(none.getHeaderValue(HttpHeaderName.WWW_AUTHENTICATE))
                .startsWith("Bearer authorization_uri=\"" + emulator.endpoints().https());
        assertThat(other.getStatusCode()).isEqualTo(401);
        assertThat(other.getBodyAsString().block()).contains("InvalidAuthenticationTokenAudience");
    }

    @Test
    void repeatedSlashesAreOne() {
        assertThat(azure.call(
                                HttpMethod.GET,
                                "//subscriptions//" + emulator.options().subscriptionId(),
                                "")
                        .status())
                .isEqualTo(200);
    }

    private String code(String path) {
        Answer answer = azure.call(HttpMethod.GET, path, "");
        return answer.status() + " " + answer.body().path("error").path("code").asText();
    }
}
