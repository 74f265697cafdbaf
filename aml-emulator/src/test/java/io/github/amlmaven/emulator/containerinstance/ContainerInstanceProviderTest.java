package io.github.amlmaven.emulator.containerinstance;

import static io.github.amlmaven.emulator.container.Calls.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpMethod;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.containerinstance.ContainerInstanceManager;
import com.azure.resourcemanager.containerinstance.models.ContainerGroup;
import com.azure.resourcemanager.resources.fluentcore.utils.ResourceManagerUtils;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.container.Calls;
import io.github.amlmaven.emulator.container.ServerImages;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerInstanceProviderTest {

    private final Path home;
    private final ServerImages images;
    private final String image;
    private Emulator emulator;
    private AzureClients azure;
    private ContainerInstanceManager manager;

    ContainerInstanceProviderTest(@TempDir Path home, @TempDir Path folder) throws Exception {
        this.home = home;
        emulator = Emulator.start(EmulatorOptions.in(home));
        images = new ServerImages(emulator, folder);
        image = images.push("1");
        connect();
    }

    private void connect() {
        azure = new AzureClients(emulator);
        manager = ContainerInstanceManager.configure()
                .withHttpClient(azure.http())
                .authenticate(azure.credential(), azure.profile());
        ResourceManagerUtils.InternalRuntimeContext.setDelayProvider(delay -> Duration.ofMillis(50));
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    private ContainerGroup create(String name, Map<String, String> environment) {
        return manager.containerGroups()
                .define(name)
                .withRegion("westeurope")
                .withExistingResourceGroup("local")
                .withLinux()
                .withPrivateImageRegistry(emulator.endpoints().authority(), images.user(), images.password())
                .withoutVolume()
                .defineContainerInstance("server")
                .withImage(image)
                .withExternalTcpPort(5001)
                .withCpuCoreCount(0.5)
                .withMemorySizeInGB(0.5)
                .withEnvironmentVariableWithSecuredValue("SECRET", "hush")
                .withEnvironmentVariables(environment)
                .attach()
                .withDnsPrefix(name)
                .create();
    }

    @Test
    void aGroupServesAtItsAddressWithLogsAndEndsWhenDeleted() throws Exception {
        ContainerGroup group = create("serving", Map.of("GREETING", "hello"));

        assertThat(group.provisioningState()).isEqualTo("Succeeded");
        assertThat(group.ipAddress()).startsWith("127.");
        assertThat(group.externalPorts()).hasSize(1);
        JsonNode answer = await(() -> get(group, "/hello"));
        assertThat(answer.path("greeting").asText()).isEqualTo("hello");
        assertThat(answer.path("secret").asText()).isEqualTo("hush");
        String byName = "http://" + group.fqdn() + ":" + group.externalTcpPorts()[0] + "/by-name";
        assertThat(Calls.get(byName).path("path").asText()).isEqualTo("/by-name");
        await(() -> group.getLogContent("server").contains("request /by-name"));
        assertThat(group.getLogContent("server", 1)).isEqualTo("request /by-name\n");
        group.refresh();
        assertThat(group.state()).isEqualTo("Running");
        assertThat(Objects.requireNonNull(group.containers().get("server"))
                        .instanceView()
                        .events())
                .extracting(event -> event.name())
                .contains("Pulling", "Pulled", "Started");

        manager.containerGroups().deleteByResourceGroup("local", "serving");

        assertThatThrownBy(() -> get(group, "/")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> manager.containerGroups().getByResourceGroup("local", "serving"))
                .isInstanceOf(ManagementException.class);
    }

    @Test
    void secretsAreNeverGivenBack() {
        ContainerGroup group = create("secretive", Map.of());

        JsonNode body = azure.call(HttpMethod.GET, group.id() + "?api-version=2025-09-01", "")
                .body();
        assertThat(body.toString()).doesNotContain("hush").doesNotContain(images.password());
        assertThat(body.at("/properties/containers/0/properties/environmentVariables")
                        .toString())
                .contains("SECRET");
        manager.containerGroups().deleteById(group.id());
    }

    @Test
    void anIdentityPullsWithTheRoleForItAndNotWithoutIt() {
        String group = "/subscriptions/" + emulator.options().subscriptionId() + "/resourceGroups/local";
        JsonNode identity = azure.call(
                        HttpMethod.PUT,
                        group + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/puller",
                        "{\"location\":\"westeurope\"}")
                .body();
        String id = identity.path("id").asText();
        String body = ("{'location':'westeurope','identity':{'type':'UserAssigned','userAssignedIdentities':{'" + id
                        + "':{}}},'properties':{'osType':'Linux','restartPolicy':'Always','imageRegistryCredentials':[{'server':'"
                        + emulator.endpoints().authority() + "','identity':'" + id
                        + "'}],'containers':[{'name':'server','properties':{'image':'" + image
                        + "','resources':{'requests':{'cpu':0.5,'memoryInGB':0.5}}}}]}}")
                .replace('\'', '"');
        String pulled = group + "/providers/Microsoft.ContainerInstance/containerGroups/pulled?api-version=2025-09-01";
        assertThat(azure.call(HttpMethod.PUT, pulled, body)
                        .body()
                        .at("/error/code")
                        .asText())
                .isEqualTo("InaccessibleImage");

        String role = "{\"properties\":{\"principalId\":\""
                + identity.at("/properties/principalId").asText() + "\",\"roleDefinitionId\":\"/subscriptions/"
                + emulator.options().subscriptionId()
                + "/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d\"}}";
        String assignment = group + "/providers/Microsoft.ContainerRegistry/registries/acrlocal/providers"
                + "/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID();
        assertThat(azure.call(HttpMethod.PUT, assignment, role).status()).isEqualTo(201);
        assertThat(azure.call(HttpMethod.PUT, pulled, body).status()).isEqualTo(201);
        manager.containerGroups().deleteByResourceGroup("local", "pulled");
    }

    @Test
    void anImageThatCannotBePulledIsRefusedAsTheServiceDoes() {
        assertThatThrownBy(() -> manager.containerGroups()
                        .define("private")
                        .withRegion("westeurope")
                        .withExistingResourceGroup("local")
                        .withLinux()
                        .withPrivateImageRegistry(emulator.endpoints().authority(), images.user(), "wrong")
                        .withoutVolume()
                        .defineContainerInstance("server")
                        .withImage(image)
                        .withExternalTcpPort(5001)
                        .attach()
                        .create())
                .isInstanceOf(ManagementException.class)
                .hasMessageContaining("is not accessible. Please check the image and registry credential.");
        assertThat(azure.call(HttpMethod.GET, id("private"), "").status()).isEqualTo(404);
    }

    @Test
    void theSameBodyAgainRestartsNothingAndAnotherOneDoes() throws Exception {
        ContainerGroup group = create("again", Map.of("GREETING", "one"));
        await(() -> get(group, "/"));
        String before = started("again");

        create("again", Map.of("GREETING", "one"));
        assertThat(started("again")).isEqualTo(before);

        ContainerGroup changed = create("again", Map.of("GREETING", "two"));
        await(() -> get(changed, "/").path("greeting").asText().equals("two"));
        assertThat(started("again")).isNotEqualTo(before);
        manager.containerGroups().deleteById(group.id());
    }

    @Test
    void aContainerThatEndsIsStartedAgainAndTheCountIsKept() throws Exception {
        ContainerGroup group = create("ending", Map.of());
        await(() -> get(group, "/"));
        assertThatThrownBy(() -> get(group, "/exit")).isInstanceOf(IOException.class);

        await(() -> view("ending").path("restartCount").asInt() == 1);
        assertThat(view("ending").at("/previousState/exitCode").asInt()).isEqualTo(3);
        await(() -> get(group, "/"));

        manager.containerGroups().deleteById(group.id());
    }

    @Test
    void groupsComeBackAfterTheEmulatorWasStopped() throws Exception {
        ContainerGroup group = create("lasting", Map.of("GREETING", "still"));
        await(() -> get(group, "/"));

        emulator.close();
        assertThatThrownBy(() -> get(group, "/")).isInstanceOf(IOException.class);
        emulator = Emulator.start(EmulatorOptions.in(home));
        connect();

        JsonNode answer = await(() -> get(group, "/"));
        assertThat(answer.path("greeting").asText()).isEqualTo("still");
        manager.serviceClient().getContainerGroups().stopWithResponse("local", "lasting", Context.NONE);
        assertThatThrownBy(() -> get(group, "/")).isInstanceOf(IOException.class);
        assertThat(azure.call(HttpMethod.GET, id("lasting"), "")
                        .body()
                        .at("/properties/instanceView/state")
                        .asText())
                .isEqualTo("Stopped");
    }

    private String id(String name) {
        return "/subscriptions/" + emulator.options().subscriptionId()
                + "/resourceGroups/local/providers/Microsoft.ContainerInstance/containerGroups/" + name
                + "?api-version=2025-09-01";
    }

    private JsonNode view(String name) {
        return azure.call(HttpMethod.GET, id(name), "").body().at("/properties/containers/0/properties/instanceView");
    }

    private String started(String name) {
        return view(name).at("/currentState/startTime").asText();
    }

    private static JsonNode get(ContainerGroup group, String path) throws Exception {
        return Calls.get("http://" + group.ipAddress() + ":" + group.externalTcpPorts()[0] + path);
    }
}
