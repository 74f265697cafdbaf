package io.github.amlmaven.core.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenRequestContext;
import io.github.amlmaven.core.testing.Answer;
import io.github.amlmaven.core.testing.LoopbackService;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientSecretCredentialTest {

    private static final String TOKEN = "POST /contoso.onmicrosoft.com/oauth2/v2.0/token";

    private final LoopbackService service = new LoopbackService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aTokenIsAskedForOnceAnAudience() {
        service.play(TOKEN, token("one", 3600), token("two", 3600));
        ClientSecretCredential credential = credential("contoso.onmicrosoft.com");

        assertThat(credential.getTokenSync(scope("https://a")).getToken()).isEqualTo("one");
        assertThat(credential.getTokenSync(scope("https://a")).getToken()).isEqualTo("one");
        assertThat(credential.getTokenSync(scope("https://b")).getToken()).isEqualTo("two");
        assertThat(credential.getToken(scope("https://b")).block().getToken()).isEqualTo("two");

        assertThat(service.requests()).hasSize(2);
        assertThat(service.requests().get(0).text())
                .isEqualTo("grant_type=client_credentials&client_id=client+1&client_secret=s%26cret"
                        + "&scope=https%3A%2F%2Fa%2F.default");
    }

    @Test
    void aTokenThatIsAboutToEndOrMissesClaimsIsAskedForAgain() {
        service.play(TOKEN, token("short", 200), token("long", 3600), token("claimed", 3600));
        ClientSecretCredential credential = credential("contoso.onmicrosoft.com");

        credential.getTokenSync(scope("https://a"));
        assertThat(credential.getTokenSync(scope("https://a")).getToken()).isEqualTo("long");
        assertThat(credential
                        .getTokenSync(scope("https://a").setClaims("{\"nbf\":1}"))
                        .getToken())
                .isEqualTo("claimed");
        assertThat(service.requests().get(2).text()).endsWith("&claims=%7B%22nbf%22%3A1%7D");
    }

    @Test
    void aBusyTokenServiceIsAskedAgainAndARefusalIsNot() {
        service.play(TOKEN, Answer.text(503, "busy"), token("one", 3600));
        assertThat(credential("contoso.onmicrosoft.com")
                        .getTokenSync(scope("https://a"))
                        .getToken())
                .isEqualTo("one");

        service.play(TOKEN, Answer.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7: no\"}"));
        assertThatThrownBy(() -> credential("contoso.onmicrosoft.com").getTokenSync(scope("https://a")))
                .hasMessageContaining("AADSTS7: no");
        assertThat(service.requests()).hasSize(3);
    }

    @Test
    void aTenantIsNoWayToAnotherPlace() {
        assertThatThrownBy(() -> credential("../other?x=")).hasMessageContaining("is not a tenant");
    }

    private ClientSecretCredential credential(String tenant) {
        return new ClientSecretCredential(
                service.endpoints(),
                ServicePrincipal.withSecret(tenant, "client 1", "s&cret"),
                Transport.httpClient(service.endpoints(), Optional.empty()));
    }

    private static TokenRequestContext scope(String audience) {
        return new TokenRequestContext().addScopes(audience + "/.default");
    }

    private static Answer token(String token, int seconds) {
        return Answer.json(200, "{\"access_token\":\"" + token + "\",\"expires_in\":" + seconds + "}");
    }
}
