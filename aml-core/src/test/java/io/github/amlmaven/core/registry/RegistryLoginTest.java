package io.github.amlmaven.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.amlmaven.core.cloud.AzureClients;
import io.github.amlmaven.core.error.AmlException;
import io.github.amlmaven.core.error.ErrorCode;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import io.github.amlmaven.core.testing.ProgressLog;
import io.github.amlmaven.core.testing.ReceivedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryLoginTest {

    private static final String EXCHANGE = "POST /oauth2/exchange";

    private final LoopbackService service = new LoopbackService();
    private final AzureClients clients = service.clients(new ProgressLog());
    private final RegistryLogin login = new RegistryLogin(clients);

    @AfterEach
    void stop() {
        clients.close();
        service.close();
    }

    @Test
    void anEntraTokenBecomesADockerLogin() {
        service.play(EXCHANGE, Answer.json(200, "{\"refresh_token\":\"refresh-1\"}"));

        RegistryAccess access = login.login(service.authority());

        ReceivedRequest request = service.requests().get(0);
        assertThat(request.text())
                .contains("grant_type=access_token")
                .contains("service=localhost%3A")
                .contains("access_token=eyJ");
        assertThat(request.header("Authorization")).isNull();
        assertThat(access.username()).isEqualTo(RegistryAccess.TOKEN_USER);
        assertThat(access.password()).isEqualTo("refresh-1");
        assertThat(access).asString().doesNotContain("refresh-1");
    }

    @Test
    void theWorkspacesOwnRegistryIsFound() {
        String registry =
                LoopbackService.WORKSPACE.resourceGroupId() + "/providers/Microsoft.ContainerRegistry/registries/acr1";
        service.play(
                        "GET " + LoopbackService.WORKSPACE.armId(),
                        Answer.json(200, "{\"properties\":{\"containerRegistry\":\"" + registry + "\"}}"))
                .play(
                        "GET " + registry,
                        Answer.json(200, "{\"properties\":{\"loginServer\":\"" + service.authority() + "\"}}"))
                .play(EXCHANGE, Answer.json(200, "{\"refresh_token\":\"refresh-1\"}"));

        assertThat(login.loginToWorkspaceRegistry().loginServer()).isEqualTo(service.authority());
    }

    @Test
    void aRefusedIdentityIsToldFromARegistryThatIsNone() {
        service.play(EXCHANGE, Answer.json(403, "{}"));
        assertThat(failure(service.authority()).code()).isEqualTo(ErrorCode.REGISTRY_REFUSED);

        service.play(EXCHANGE, Answer.text(200, "<html>proxy</html>"));
        assertThat(failure(service.authority()).code()).isEqualTo(ErrorCode.REGISTRY_UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"docker.io", "evil.example/acr1.azurecr.io", "acr1.azurecr.io.evil.example", "acr1.azurecr.io"})
    void aLocalTokenGoesToNoOtherHost(String server) {
        assertThat(failure(server).code()).isEqualTo(ErrorCode.CONFIGURATION_INVALID);
        assertThat(service.requests()).isEmpty();
    }

    private AmlException failure(String server) {
        return catchThrowableOfType(AmlException.class, () -> login.login(server));
    }
}
