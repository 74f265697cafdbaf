package io.github.amlmaven.emulator.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.emulator.AzureClients;
import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityProviderTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Emulator emulator;
    private AzureClients azure;

    IdentityProviderTest(@TempDir Path home) throws Exception {
        emulator = Emulator.start(EmulatorOptions.in(home));
        azure = new AzureClients(emulator);
    }

    @AfterAll
    void stop() {
        emulator.close();
    }

    @Test
    void azureIdentityGetsATokenForTheResourceItAsksFor() throws Exception {
        JsonNode claims = claims(azure.token("https://ml.azure.com/.default"));

        assertThat(claims.path("aud").asText()).isEqualTo("https://ml.azure.com");
        assertThat(claims.path("appid").asText()).isEqualTo(emulator.clientId());
        assertThat(claims.path("tid").asText()).isEqualTo(EmulatorOptions.TENANT);
        assertThat(claims.path("appidacr").asText()).isEqualTo("1");
        assertThat(claims.has("xms_mirid")).isFalse();
    }

    @Test
    void aDoubleSlashScopeKeepsTheAudiencesOwnSlash() throws Exception {
        assertThat(claims(azure.token("https://management.core.windows.net//.default"))
                        .path("aud")
                        .asText())
                .isEqualTo("https://management.core.windows.net/");
    }

    @Test
    void aWrongSecretIsRefusedInEntrasWords() {
        assertThatThrownBy(() -> azure.credential("wrong")
                        .getTokenSync(new TokenRequestContext().addScopes("https://ml.azure.com/.default")))
                .hasMessageContaining("AADSTS7000215");
    }

    @Test
    void anUnknownApplicationAndAnUnknownTenantAreToldApart() throws Exception {
        Answer application = form(
                "/" + EmulatorOptions.TENANT + "/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=nobody&client_secret=x&scope=a/.default");
        Answer tenant = form(
                "/11111111-1111-1111-1111-111111111111/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=nobody&client_secret=x&scope=a/.default");

        assertThat(application.status()).isEqualTo(400);
        assertThat(application.body().path("error_codes").get(0).asInt()).isEqualTo(700016);
        assertThat(tenant.body().path("error_codes").get(0).asInt()).isEqualTo(90002);
    }

    @Test
    void theVersion1EndpointTakesAResource() throws Exception {
        Answer answer = form(
                "/adfs/oauth2/token",
                "grant_type=client_credentials&client_id=" + emulator.clientId() + "&client_secret="
                        + URLEncoder.encode(emulator.clientSecret(), StandardCharsets.UTF_8)
                        + "&resource=https%3A%2F%2Fmanagement.azure.com%2F");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("resource").asText()).isEqualTo("https://management.azure.com/");
        assertThat(claims(answer.body().path("access_token").asText())
                        .path("aud")
                        .asText())
                .isEqualTo("https://management.azure.com/");
    }

    @Test
    void instanceMetadataWantsItsHeader() throws Exception {
        String path = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://management.azure.com";
        HttpRequest request =
                new HttpRequest(HttpMethod.GET, emulator.endpoints().http() + path);

        assertThat(send(request).status()).isEqualTo(400);
        Answer answer = send(request.setHeader(HttpHeaderName.fromString("Metadata"), "true"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("token_type").asText()).isEqualTo("Bearer");
        assertThat(answer.body().path("expires_on").asLong()).isPositive();
        JsonNode claims = claims(answer.body().path("access_token").asText());
        assertThat(claims.path("appidacr").asText()).isEqualTo("2");
        assertThat(claims.path("xms_mirid").asText())
                .matches("/subscriptions/[^/]+/resourcegroups/[^/]+/providers/Microsoft.ManagedIdentity/.+");
    }

    @Test
    void anotherIssuersTokenProvesAsACertificateDoes() throws Exception {
        String assertion = "e30."
                + Base64.getUrlEncoder().encodeToString("{\"sub\":\"ci\"}".getBytes(StandardCharsets.UTF_8)) + ".c2ln";
        Answer answer = form(
                "/" + EmulatorOptions.TENANT + "/oauth2/v2.0/token",
                "grant_type=client_credentials&client_id=" + emulator.clientId()
                        + "&scope=https%3A%2F%2Fml.azure.com%2F.default&client_assertion_type="
                        + "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
                        + assertion);

        JsonNode claims = claims(answer.body().path("access_token").asText());
        assertThat(claims.path("appidacr").asText()).isEqualTo("2");
        assertThat(claims.has("xms_mirid")).isFalse();
    }

    @Test
    void openIdConfigurationNamesTheTokenEndpointOnThisHost() throws Exception {
        Answer answer = send(new HttpRequest(
                HttpMethod.GET, emulator.endpoints().https() + "/adfs/adfs/.well-known/openid-configuration"));

        assertThat(answer.body().path("token_endpoint").asText())
                .isEqualTo(emulator.endpoints().https() + "/adfs/oauth2/token");
    }

    private record Answer(int status, JsonNode body) {}

    private Answer form(String path, String body) throws Exception {
        return send(new HttpRequest(HttpMethod.POST, emulator.endpoints().https() + path)
                .setBody(body)
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded"));
    }

    private Answer send(HttpRequest request) throws Exception {
        HttpResponse response = azure.http().sendSync(request, Context.NONE);
        return new Answer(
                response.getStatusCode(),
                JSON.readTree(response.getBodyAsBinaryData().toBytes()));
    }

    private static JsonNode claims(String token) throws Exception {
        return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
    }
}
